import { App, Duration, Token } from 'aws-cdk-lib';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ColdStart, FleetCapacity, FleetRollout, InferenceFleetProps } from '../../../lib';
import { lifecycleTimers } from '../../../lib/fleet/lifecycle/private/lifecycle-timers';
import { rolloutDuration } from '../../../lib/fleet/rollout/private/rollout-duration';
import { RolloutFigures, rolloutFigures } from '../../../lib/fleet/rollout/private/rollout-figures';
import { messagesOf } from '../../support/annotations';
import { existingFleet, newApp, newStack } from '../../support/fleet-app';
import { useSilentWarnings } from '../../support/silent-warnings';
import { onlyResource, templateOf } from '../../support/template';

useSilentWarnings();

const minutes = (count: number) => ColdStart.measured(Duration.minutes(count));
const figuresOf = (coldStart: ColdStart) => rolloutFigures(lifecycleTimers({ coldStart }));

describe('what a fleet derives from its cold start', () => {
  function preferences(props: Partial<InferenceFleetProps>) {
    const stack = newStack();
    existingFleet(stack, props);
    const [, group] = onlyResource(templateOf(stack), 'AWS::AutoScaling::AutoScalingGroup');
    return group.UpdatePolicy.AutoScalingInstanceRefresh.Preferences;
  }

  test.each<[number, object]>([
    [5, { MaxHealthyPercentage: 110, CheckpointDelay: 900, BakeTime: 300 }],
    [20, { MaxHealthyPercentage: 120, CheckpointDelay: 1920, BakeTime: 1200 }],
    [50, { MaxHealthyPercentage: 145, CheckpointDelay: 4620, BakeTime: 3000 }],
    [110, { MaxHealthyPercentage: 150, CheckpointDelay: 10_020, BakeTime: 6600 }],
  ])('%i minutes', (coldStart, expected) => {
    expect(preferences({ lifecycle: { coldStart: minutes(coldStart) } })).toMatchObject(expected);
    const rollout = FleetRollout.canary();
    expect(preferences({ rollout, lifecycle: { coldStart: minutes(coldStart) } })).toMatchObject(expected);
  });

  test('but for what is given', () => {
    const rollout = FleetRollout.canary({
      ...{ canaryTime: Duration.hours(3), bakeTime: Duration.hours(2), maxHealthyPercentage: 105 },
    });
    expect(preferences({ rollout, lifecycle: { coldStart: minutes(50) } })).toMatchObject({
      ...{ MaxHealthyPercentage: 105, CheckpointDelay: 10_800, BakeTime: 7200 },
    });
    const fewer = FleetRollout.rolling({ minHealthyPercentage: 20 });
    expect(preferences({ rollout: fewer, lifecycle: { coldStart: minutes(50) } }).MaxHealthyPercentage).toBe(120);
  });
});

describe('the time that a roll-out takes', () => {
  const hours = (rollout: FleetRollout, instances: number, figures: RolloutFigures) =>
    rolloutDuration(rollout._suiting(figures)._refresh, instances, figures).toHours({ integral: false });
  // A replacement takes the cold start, 110 seconds to finish the last requests, and 10 until no more come.
  const figures = figuresOf(minutes(28));

  test.each<[string, FleetRollout, number, number]>([
    ['one at a time in a small fleet', FleetRollout.rolling({ maxHealthyPercentage: 110 }), 9, 4.5],
    ['a tenth at a time in a large one', FleetRollout.rolling({ maxHealthyPercentage: 110 }), 1000, 5],
    [
      'more with fewer in service',
      FleetRollout.rolling({ minHealthyPercentage: 60, maxHealthyPercentage: 110 }),
      100,
      1,
    ],
    ['in place', FleetRollout.replaceRootVolume(), 100, 5],
    [
      'a pause for canaries',
      FleetRollout.canary({ watch: [], maxHealthyPercentage: 200, canaryTime: Duration.hours(1) }),
      8,
      1.5,
    ],
    ['a time to bake', FleetRollout.rolling({ maxHealthyPercentage: 200, bakeTime: Duration.hours(2) }), 8, 2.5],
    [
      'a time that only the deployment knows',
      FleetRollout.rolling({ maxHealthyPercentage: 200, bakeTime: Duration.seconds(Token.asNumber('x')) }),
      8,
      0.5,
    ],
  ])('%s', (_, rollout, instances, expected) => {
    expect(hours(rollout, instances, figures)).toBeCloseTo(expected, 5);
  });

  test('is about two hours by default, whatever the fleet, for cold starts of up to an hour', () => {
    fc.assert(
      fc.property(fc.integer({ min: 20, max: 5000 }), fc.integer({ min: 1, max: 55 }), (instances, start) => {
        expect(hours(FleetRollout.rolling(), instances, figuresOf(minutes(start)))).toBeLessThan(4);
      }),
    );
  });
});

describe('a fleet is warned', () => {
  function warnings(props: Partial<InferenceFleetProps>): string[] {
    const app: App = newApp();
    existingFleet(newStack(undefined, app), props);
    return messagesOf(app);
  }
  const capacity = (maxInstances: number) => FleetCapacity.onDemand({ instanceTypes: ['m9g.large'], maxInstances });

  test('of a roll-out that outlasts the job which deploys it', () => {
    const one = FleetRollout.rolling({ maxHealthyPercentage: 100, minHealthyPercentage: 99 });
    const lifecycle = { coldStart: minutes(28) };
    expect(warnings({ rollout: one, lifecycle, capacity: capacity(12) })).toEqual([]);
    const [warning, ...more] = warnings({ rollout: one, lifecycle, capacity: capacity(13) });
    expect(more).toEqual([]);
    expect(warning).toContain('A roll-out of 13 instances takes about 7 hours (modelled: 1 at a time, 30 minutes each');
    expect(warning).toContain("GitHub's own runners end theirs after 6 hours");
    expect(warning).toContain('[ack: cdk-graviton-fleet:longRollout]');
  });

  test('of one that Auto Scaling does not finish', () => {
    const rollout = FleetRollout.rolling({ maxHealthyPercentage: 100, minHealthyPercentage: 100 });
    const lifecycle = { coldStart: minutes(58) };
    const text = (instances: number) => warnings({ rollout, lifecycle, capacity: capacity(instances) }).join();
    // 14 days have 336 hours.
    expect(text(336)).toContain('runners');
    expect(text(337)).toContain('takes about 337 hours');
    expect(text(337)).toContain('Auto Scaling gives up after 14 days');
  });

  test('of a start that Auto Scaling does not wait for', () => {
    expect(warnings({ lifecycle: { coldStart: minutes(60) } })).toEqual([]);
    const [warning, ...more] = warnings({ lifecycle: { coldStart: minutes(61) } });
    expect(more).toEqual([]);
    expect(warning).toContain('A cold start takes 1 hour 1 minute, but Auto Scaling gives up a roll-out after an hour');
  });

  test('of nothing that only the deployment knows', () => {
    const later = Token.asNumber({ Ref: 'Size' });
    const rollout = FleetRollout.rolling({ maxHealthyPercentage: later, minHealthyPercentage: later });
    expect(warnings({ rollout, capacity: capacity(5000), lifecycle: { coldStart: minutes(60) } }).join()).not.toContain(
      'longRollout',
    );
  });
});

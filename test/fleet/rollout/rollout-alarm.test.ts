import { App, Duration, Stack } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { describe, expect, test } from 'vitest';
import {
  ColdStart,
  FleetCapacity,
  FleetLoadBalancing,
  FleetRollout,
  InferenceFleetProps,
  RolloutAlarm,
} from '../../../lib';
import { alarmSounds, Minutes } from '../../support/alarm-sounds';
import { problemsOf } from '../../support/config-error';
import { existingFleet, newApp, newStack } from '../../support/fleet-app';
import { alarmsOf } from '../../support/rollout-alarms';
import { violations } from '../../support/security-invariants';
import { useSilentWarnings } from '../../support/silent-warnings';
import { findings } from '../../support/strict-validation';
import { synthUnderNag } from '../../support/synth-under-nag';
import { Json, onlyResource, resourcesOf, templateOf } from '../../support/template';
import { workerFleet } from '../../support/worker-app';

useSilentWarnings();

const GROUP = 'AWS::AutoScaling::AutoScalingGroup';
const tokens = new cloudwatch.Metric({ namespace: 'Chat', metricName: 'Tokens', statistic: 'Sum' });
const EVERY = () => [
  RolloutAlarm.illegalInstructions(),
  RolloutAlarm.runtimeCrashes(),
  RolloutAlarm.kernelVerification(),
  RolloutAlarm.serverErrorRate(),
  RolloutAlarm.unhealthyInstances(),
  RolloutAlarm.tokensPerSecond({ tokens, below: 50 }),
];
const ROLLOUTS = {
  canary: (watch?: RolloutAlarm[]) => FleetRollout.canary({ watch }),
  rolling: (watch?: RolloutAlarm[]) => FleetRollout.rolling({ watch }),
  replaceRootVolume: (watch?: RolloutAlarm[]) => FleetRollout.replaceRootVolume({ watch }),
};
const nlb = { loadBalancing: FleetLoadBalancing.nlb() };
const capacityOf = (minInstances: number, maxInstances = minInstances) =>
  FleetCapacity.onDemand({ instanceTypes: ['m9g.4xlarge'], minInstances, maxInstances });

function alarmsWith(props: Partial<InferenceFleetProps> = {}): Record<string, Json> {
  const stack = newStack();
  existingFleet(stack, props);
  return alarmsOf(stack);
}

const alarmWith = (name: string, watch: RolloutAlarm[] = EVERY(), props: Partial<InferenceFleetProps> = {}) =>
  alarmsWith({ rollout: FleetRollout.rolling({ watch }), ...props })[name];

/** Five minutes of the same. */
const five = (value?: number) => Array.from({ length: 5 }, () => value);

describe('the alarms of a roll-out', () => {
  test('are those of the instances and of the load balancer for canaries, and none for others', () => {
    expect(Object.keys(alarmsWith())).toEqual(['IllegalInstructions', 'ServerErrorRate', 'UnhealthyInstances']);
    expect(Object.keys(alarmsWith(nlb))).toEqual(['IllegalInstructions', 'UnhealthyInstances']);
    for (const rollout of [ROLLOUTS.rolling(), ROLLOUTS.replaceRootVolume(), ROLLOUTS.canary([])]) {
      expect(alarmsWith({ rollout })).toEqual({});
    }
    const stack = newStack();
    workerFleet({}, stack);
    expect(Object.keys(alarmsOf(stack))).toEqual(['IllegalInstructions']);
  });

  test.each(Object.keys(ROLLOUTS) as (keyof typeof ROLLOUTS)[])('all fail a roll-out by %s', (kind) => {
    const app = newApp();
    const stack = newStack(undefined, app);
    const fleet = existingFleet(stack, { rollout: ROLLOUTS[kind](EVERY()) });
    const template = templateOf(stack);
    const { AlarmSpecification, BakeTime } = onlyResource(template, GROUP)[1].UpdatePolicy.AutoScalingInstanceRefresh
      .Preferences;
    const ids = resourcesOf(template, 'AWS::CloudWatch::Alarm').map(([Ref]) => ({ Ref }));
    expect(AlarmSpecification.Alarms).toEqual(ids);
    expect(ids).toHaveLength(6);
    expect(fleet.rolloutAlarms.map(({ node }) => node.id)).toEqual(EVERY().map(({ _name: name }) => `Rollout${name}`));
    expect(BakeTime).toBe(300);
  });

  test('pass cdk-nag, strict validation and our own rules, with either load balancer and for workers', () => {
    const build = (app: App): Stack => {
      const stack = newStack(undefined, app);
      const rollout = FleetRollout.canary({ watch: EVERY() });
      existingFleet(stack, { rollout });
      existingFleet(stack, { rollout, ...nlb }, 'Connections');
      const ofInstances = EVERY().filter(({ _terms: terms }) => !terms.ofTraffic);
      workerFleet({ rollout: FleetRollout.canary({ watch: ofInstances }) }, stack);
      return stack;
    };
    const template = templateOf(build(newApp()));
    expect(resourcesOf(template, 'AWS::CloudWatch::Alarm')).toHaveLength(16);
    expect([findings(template, 'us-east-1'), violations(template)]).toEqual([[], []]);
    const app = newApp();
    build(app);
    expect(() => synthUnderNag(app)).not.toThrow();
  });

  test('name nothing of the group, which would be a circle of references', () => {
    const stack = newStack();
    existingFleet(stack, { rollout: FleetRollout.canary({ watch: EVERY() }) });
    const template = templateOf(stack);
    const [group] = onlyResource(template, GROUP);
    const alarms = resourcesOf(template, 'AWS::CloudWatch::Alarm');
    expect(alarms.length).toBeGreaterThanOrEqual(EVERY().length);
    expect(alarms.filter(([, alarm]) => JSON.stringify(alarm).includes(`"${group}"`))).toEqual([]);
  });

  test('stay with the roll-out of one fleet when another has the same', () => {
    const stack = newStack();
    const rollout = FleetRollout.canary({ watch: [RolloutAlarm.illegalInstructions()] });
    existingFleet(stack, { rollout });
    existingFleet(stack, { rollout }, 'Second');
    const dimensions = resourcesOf(templateOf(stack), 'AWS::CloudWatch::Alarm').map(([, { Properties }]) =>
      JSON.stringify(Properties.Dimensions),
    );
    expect(new Set(dimensions).size).toBe(2);
  });
});

describe('the metrics of the instances', () => {
  test('go by a name of the fleet, which its instances have as a tag', () => {
    const stack = newStack();
    const fleet = existingFleet(stack, {
      rollout: FleetRollout.rolling({ watch: [RolloutAlarm.illegalInstructions()] }),
    });
    const template = templateOf(stack);
    const value = { 'Fn::Join': ['/', [{ Ref: 'AWS::StackName' }, expect.stringMatching(/^StackFleet[0-9A-F]{8}$/)]] };
    expect(onlyResource(template, 'AWS::CloudWatch::Alarm')[1].Properties).toMatchObject({
      ...{ Namespace: 'GravitonFleet', MetricName: 'IllegalInstructions', Statistic: 'Sum' },
      Dimensions: [{ Name: 'Fleet', Value: value }],
    });
    expect(onlyResource(template, GROUP)[1].Properties.Tags).toContainEqual({
      ...{ Key: 'graviton-fleet:fleet', Value: value },
      PropagateAtLaunch: true,
    });
    const others = [fleet.metricRuntimeCrashes(), fleet.metricKernelVerificationFailures()];
    for (const { namespace, dimensions, statistic } of others) {
      expect({ namespace, statistic }).toEqual({ namespace: 'GravitonFleet', statistic: 'Sum' });
      expect(stack.resolve(dimensions)).toEqual({
        Fleet: stack.resolve(fleet.metricIllegalInstructions().dimensions?.Fleet),
      });
    }
  });
});

describe('an alarm on illegal instructions', () => {
  test('sounds for one, for five minutes, and never for none', () => {
    const alarm = alarmWith('IllegalInstructions');
    expect(alarmSounds(alarm, { IllegalInstructions: [1, ...five()].slice(0, 5) })).toBe(true);
    expect(alarmSounds(alarm, { IllegalInstructions: five() })).toBe(false);
    expect(alarmSounds(alarm, { IllegalInstructions: [1, ...five().slice(1), ...five()] })).toBe(false);
  });

  test('is like those on crashes, of which there must be more, and on kernels', () => {
    expect(alarmSounds(alarmWith('RuntimeCrashes'), { RuntimeCrashes: [1, 1, 1, undefined, undefined] })).toBe(true);
    expect(alarmSounds(alarmWith('RuntimeCrashes'), { RuntimeCrashes: [1, 1, undefined, undefined, undefined] })).toBe(
      false,
    );
    const one = alarmWith('RuntimeCrashes', [RolloutAlarm.runtimeCrashes({ atLeast: 1 })]);
    expect(alarmSounds(one, { RuntimeCrashes: [1, ...five().slice(1)] })).toBe(true);
    const kernels = alarmWith('KernelVerification');
    expect(alarmSounds(kernels, { KernelVerificationFailures: [1, ...five().slice(1)] })).toBe(true);
    expect(alarmSounds(kernels, {})).toBe(false);
  });
});

describe('an alarm on failed requests', () => {
  const REQUESTS = 'RequestCount';
  const FAILED = 'HTTPCode_Target_5XX_Count';
  const BALANCER = 'HTTPCode_ELB_5XX_Count';
  const REFUSED = 'HTTPCode_ELB_503_Count';

  test.each<[string, Minutes, boolean]>([
    ['an idle fleet', {}, false],
    ['requests without a failure', { [REQUESTS]: five(100) }, false],
    ['a share below', { [REQUESTS]: five(100), [FAILED]: five(5) }, false],
    ['a share above', { [REQUESTS]: five(100), [FAILED]: five(6) }, true],
    ['a share above of few', { [REQUESTS]: five(2), [FAILED]: five(1) }, true],
    ['two bad minutes', { [REQUESTS]: five(100), [FAILED]: [90, undefined, 90] }, false],
    ['three of five', { [REQUESTS]: five(100), [FAILED]: [90, undefined, 90, undefined, 90] }, true],
    ['no instance at all', { [BALANCER]: five(10), [REFUSED]: five(10) }, true],
  ])('%s: %j', (_, minutes, sounds) => {
    expect(alarmSounds(alarmWith('ServerErrorRate'), minutes)).toBe(sounds);
  });

  test('takes another share', () => {
    const alarm = alarmWith('ServerErrorRate', [RolloutAlarm.serverErrorRate({ abovePercent: 50 })]);
    expect(alarmSounds(alarm, { [REQUESTS]: five(100), [FAILED]: five(50) })).toBe(false);
    expect(alarmSounds(alarm, { [REQUESTS]: five(100), [FAILED]: five(51) })).toBe(true);
  });

  test('forgives a fleet that may sleep what it refuses, and nothing else', () => {
    const alarm = alarmWith('ServerErrorRate', EVERY(), { capacity: capacityOf(0, 4) });
    expect(alarmSounds(alarm, { [BALANCER]: five(10), [REFUSED]: five(10) })).toBe(false);
    expect(alarmSounds(alarm, { [REQUESTS]: five(100), [BALANCER]: five(20), [REFUSED]: five(10) })).toBe(true);
    expect(alarmSounds(alarm, { [REQUESTS]: five(100), [FAILED]: five(10) })).toBe(true);
  });

  test('counts connections behind a Network Load Balancer, when asked to', () => {
    const alarm = alarmWith('ServerErrorRate', EVERY(), nlb);
    expect(alarmSounds(alarm, { NewFlowCount: five(100), TCP_Target_Reset_Count: five(6) })).toBe(true);
    expect(alarmSounds(alarm, { NewFlowCount: five(100), TCP_Target_Reset_Count: five(5) })).toBe(false);
  });
});

describe('an alarm on unhealthy instances', () => {
  const unhealthy = (props: Partial<InferenceFleetProps>) => alarmsWith(props).UnhealthyInstances;
  const minutes = (length: number, value: number) => ({ UnHealthyHostCount: Array.from({ length }, () => value) });

  test('waits for longer than a slow start', () => {
    const alarm = unhealthy({ lifecycle: { coldStart: ColdStart.measured(Duration.minutes(4)) } });
    // Half as long again is forgiven, and two minutes more.
    expect(alarmSounds(alarm, minutes(7, 1))).toBe(false);
    expect(alarmSounds(alarm, minutes(8, 1))).toBe(true);
    expect(alarmSounds(alarm, { UnHealthyHostCount: [1, 1, 1, 1, 0, 1, 1, 1] })).toBe(false);
    expect(alarmSounds(alarm, {})).toBe(false);
  });

  test('expects those that a roll-out of a large fleet starts', () => {
    const alarm = unhealthy({ capacity: capacityOf(50) });
    expect(alarmSounds(alarm, minutes(20, 5))).toBe(false);
    expect(alarmSounds(alarm, minutes(20, 6))).toBe(true);
  });
});

describe('an alarm on tokens', () => {
  const alarm = () => alarmWith('TokensPerSecond');

  test.each<[string, Minutes, boolean]>([
    ['no work', { Tokens: five(0) }, false],
    ['nothing at all', {}, false],
    ['enough of them', { RequestCount: five(10), Tokens: five(3000) }, false],
    ['too few', { RequestCount: five(10), Tokens: five(2999) }, true],
    ['none while requests come', { RequestCount: five(10) }, true],
    [
      'too few, and newest minutes that are not there yet',
      { RequestCount: [...five(10), undefined, undefined], Tokens: [...five(2999), undefined, undefined] },
      true,
    ],
    ['a newest minute that is not there yet', { RequestCount: five(10), Tokens: [3000, 3000, 3000, 3000] }, false],
  ])('%s', (_, minutes, sounds) => {
    expect(alarmSounds(alarm(), minutes)).toBe(sounds);
  });

  test('counts only minutes with so many requests', () => {
    const busy = alarmWith('TokensPerSecond', [RolloutAlarm.tokensPerSecond({ tokens, below: 50, fromDemand: 20 })]);
    expect(alarmSounds(busy, { RequestCount: five(19) })).toBe(false);
    expect(alarmSounds(busy, { RequestCount: five(20) })).toBe(true);
  });

  test('goes by the jobs that workers take', () => {
    const stack = newStack();
    const rollout = FleetRollout.canary({ watch: [RolloutAlarm.tokensPerSecond({ tokens, below: 50 })] });
    workerFleet({ rollout }, stack);
    const ofWorkers = alarmsOf(stack).TokensPerSecond;
    expect(alarmSounds(ofWorkers, { NumberOfMessagesReceived: five(1) })).toBe(true);
    expect(alarmSounds(ofWorkers, { NumberOfMessagesReceived: five(1), Tokens: five(3000) })).toBe(false);
  });
});

describe('alarms are refused', () => {
  const FOUND = ({ what, got }: { what: string; got: string }) => [what, got];

  test('with figures out of their range', () => {
    const average = tokens.with({ statistic: 'Average' });
    expect(
      problemsOf(() => RolloutAlarm.tokensPerSecond({ tokens: average, below: 0, fromDemand: 0 })).map(FOUND),
    ).toEqual([
      ['tokens', 'the statistic Average'],
      ['below', '0'],
      ['fromDemand', '0'],
    ]);
    expect(problemsOf(() => RolloutAlarm.serverErrorRate({ abovePercent: 100 })).map(FOUND)).toEqual([
      ['abovePercent', '100'],
    ]);
    expect(problemsOf(() => RolloutAlarm.runtimeCrashes({ atLeast: 0.5 })).map(FOUND)).toEqual([['atLeast', '0.5']]);
  });

  test('when they are twice there, or more than ten', () => {
    const twice = [RolloutAlarm.illegalInstructions(), ...RolloutAlarm.recommended()];
    expect(problemsOf(() => FleetRollout.canary({ watch: twice })).map(FOUND)).toEqual([
      ['watch', 'IllegalInstructions more than once'],
    ]);
    const stack = newStack();
    const own = Array.from({ length: 8 }, (_, index) =>
      cloudwatch.Alarm.fromAlarmName(stack, `${index}`, `own-${index}`),
    );
    expect(problemsOf(() => FleetRollout.canary({ alarms: own })).map(FOUND)).toEqual([
      ['alarms and watch', '11 alarms'],
    ]);
    expect(() => FleetRollout.canary({ alarms: own.slice(1) })).not.toThrow();
    expect(() => FleetRollout.rolling({ alarms: own })).not.toThrow();
  });

  test('on a load balancer that workers do not have', () => {
    expect(problemsOf(() => workerFleet({ rollout: FleetRollout.canary({ watch: EVERY() }) })).map(FOUND)).toEqual([
      ['rollout.watch', 'an alarm on failed requests'],
      ['rollout.watch', 'an alarm on the health of instances'],
    ]);
  });
});

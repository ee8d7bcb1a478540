import { Duration, Size, Token } from 'aws-cdk-lib';
import { describe, expect, test } from 'vitest';
import { ColdStart, FleetCapacity, InferenceFleetProps, WarmPool } from '../../../lib';
import { warningsOf } from '../../support/annotations';
import { problemsOf } from '../../support/config-error';
import { existingFleet, existingImage, newApp, newStack } from '../../support/fleet-app';
import { useSilentWarnings } from '../../support/silent-warnings';
import { CloudFormationTemplate, onlyResource, templateOf } from '../../support/template';

useSilentWarnings();

const FOUND = ({ what, got }: { what: string; got: string }) => [what, got];
const capacity = FleetCapacity.onDemand({ instanceTypes: ['m9g.large'], minInstances: 2, maxInstances: 8 });

function templateWith(warmPool: WarmPool, props: Partial<InferenceFleetProps> = {}): CloudFormationTemplate {
  const stack = newStack();
  const coldStart = ColdStart.measured(Duration.minutes(4));
  existingFleet(stack, { capacity, lifecycle: { warmPool, coldStart }, ...props });
  return templateOf(stack);
}

describe('a pool', () => {
  test.each<[string, WarmPool, object]>([
    ['of stopped instances', WarmPool.stopped(), { PoolState: 'Stopped' }],
    ['of running instances', WarmPool.running({ minInstances: 2 }), { PoolState: 'Running', MinSize: 2 }],
    [
      'with all its options',
      WarmPool.stopped({ minInstances: 1, maxPreparedInstances: 5, reuseOnScaleIn: true }),
      {
        PoolState: 'Stopped',
        MinSize: 1,
        MaxGroupPreparedCapacity: 5,
        InstanceReusePolicy: { ReuseOnScaleIn: true },
      },
    ],
  ])('%s', (_, warmPool, expected) => {
    const [, { Properties }] = onlyResource(templateWith(warmPool), 'AWS::AutoScaling::WarmPool');
    expect(Properties).toEqual({ AutoScalingGroupName: { Ref: expect.stringMatching(/^FleetGroupASG/) }, ...expected });
  });

  test('takes instances of the types of the fleet only: its group has no other', () => {
    const template = templateWith(WarmPool.stopped());
    const [, group] = onlyResource(template, 'AWS::AutoScaling::AutoScalingGroup');
    expect(group.Properties.MixedInstancesPolicy.LaunchTemplate.Overrides).toEqual([{ InstanceType: 'm9g.large' }]);
  });

  test('waits for the first answer of an instance, for a slow cold start', () => {
    const [, group] = onlyResource(templateWith(WarmPool.stopped()), 'AWS::AutoScaling::AutoScalingGroup');
    expect(group.Properties.LifecycleHookSpecificationList).toEqual([
      expect.objectContaining({ LifecycleHookName: 'drain' }),
      {
        LifecycleHookName: 'ready',
        LifecycleTransition: 'autoscaling:EC2_INSTANCE_LAUNCHING',
        HeartbeatTimeout: 360,
        DefaultResult: 'ABANDON',
      },
    ]);
  });

  test.each([
    [1, 30],
    [600, 900],
    [7200, 7200],
  ])('takes a cold start of %d s for a time-out of %d s, which Auto Scaling allows', (seconds, timeout) => {
    const lifecycle = { warmPool: WarmPool.stopped(), coldStart: ColdStart.measured(Duration.seconds(seconds)) };
    const [, group] = onlyResource(
      templateWith(WarmPool.stopped(), { lifecycle }),
      'AWS::AutoScaling::AutoScalingGroup',
    );
    expect(group.Properties.LifecycleHookSpecificationList[1].HeartbeatTimeout).toBe(timeout);
  });

  test('of hibernated instances asks EC2 for hibernation, and no other pool does', () => {
    const options = (warmPool: WarmPool) =>
      onlyResource(templateWith(warmPool), 'AWS::EC2::LaunchTemplate')[1].Properties.LaunchTemplateData
        .HibernationOptions;
    expect(options(WarmPool.hibernated())).toEqual({ Configured: true });
    expect(options(WarmPool.stopped())).toBeUndefined();
  });
});

describe('a pool is refused', () => {
  test('with numbers out of their range', () => {
    const problems = problemsOf(() => WarmPool.stopped({ minInstances: -1, maxPreparedInstances: 0 }));
    expect(problems.map(FOUND)).toEqual([
      ['minInstances', '-1'],
      ['maxPreparedInstances', '0'],
    ]);
  });

  test('when no instance would ever wait in it', () => {
    const problems = problemsOf(() => templateWith(WarmPool.stopped({ maxPreparedInstances: 2 })));
    expect(problems.map(FOUND)).toEqual([['lifecycle.warmPool.maxPreparedInstances', '2']]);
    expect(() => templateWith(WarmPool.stopped({ maxPreparedInstances: 2, minInstances: 1 }))).not.toThrow();
    const later = Token.asNumber({ Ref: 'Prepared' });
    expect(() => templateWith(WarmPool.stopped({ maxPreparedInstances: later }))).not.toThrow();
  });

  test('when the memory cannot be written to the root volume', () => {
    const types = ['m9g.large', 'm9g.2xlarge', 'r9g.8xlarge'];
    const problems = problemsOf(() =>
      templateWith(WarmPool.hibernated(), {
        capacity: FleetCapacity.onDemand({ instanceTypes: types, maxInstances: 3 }),
        image: existingImage({ rootVolumeSize: Size.gibibytes(32) }),
      }),
    );
    expect(problems.map(({ got }) => got)).toEqual([
      'hibernation of m9g.2xlarge with 32 GiB of memory on a root volume of 32 GiB',
      'hibernation of r9g.8xlarge with 256 GiB of memory on a root volume of 32 GiB',
    ]);
    expect(problems.map(({ allowed }) => allowed)).toEqual([
      'a root volume larger than the memory',
      'less than 150 GiB of memory',
    ]);
  });
});

test('what AWS may refuse is warned of, and more on Spot', () => {
  const warnings = (fleetCapacity: FleetCapacity) => {
    const app = newApp();
    existingFleet(newStack(undefined, app), { capacity: fleetCapacity, lifecycle: { warmPool: WarmPool.stopped() } });
    return warningsOf(app);
  };
  expect(warnings(capacity)).toEqual(['warmPoolUnsettled']);
  const spot = FleetCapacity.spotFirst({ instanceTypes: ['m9g.large', 'm8g.large'] });
  expect(warnings(spot)).toEqual(['warmPoolUnsettled', 'warmPoolSpot']);
});

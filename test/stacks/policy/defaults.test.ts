import { App, Duration, IPropertyInjector, PropertyInjectors, Stack } from 'aws-cdk-lib';
import { describe, expect, test } from 'vitest';
import {
  ColdStart,
  FleetCapacity,
  FleetDrain,
  FleetLoadBalancing,
  FleetNetwork,
  FleetPlacement,
  FleetPolicy,
  FleetPolicyRules,
  FleetRollout,
  InferenceFleet,
  InferenceFleetStack,
  InferenceImage,
  PolicyKey,
  WorkerFleet,
  WorkerFleetStack,
} from '../../../lib';
import { useBuiltInKernels } from '../../support/built-in-kernels';
import { existingFleet, fleetStack, newApp, newStack } from '../../support/fleet-app';
import { onlyResource, resourcesOf, templateOf } from '../../support/template';
import { workerFleet } from '../../support/worker-app';

useBuiltInKernels();

const GROUP = 'AWS::AutoScaling::AutoScalingGroup';

function governed(rules: FleetPolicyRules): App {
  const app = newApp();
  PropertyInjectors.of(app).add(...FleetPolicy.of(rules).propertyInjectors());
  return app;
}

/** Shares of the instances at which the roll-out of the only fleet stops. */
function checkpointsOf(stack: Stack): unknown {
  return onlyResource(templateOf(stack), GROUP)[1].UpdatePolicy?.AutoScalingInstanceRefresh.Preferences
    .CheckpointPercentages;
}

function failureOf(app: App): string {
  try {
    app.synth();
    return '';
  } catch (error) {
    return (error as Error).message;
  }
}

const canary = (canaryPercentage: number) => FleetRollout.canary({ canaryPercentage });

describe('defaults of a policy reach constructs in TypeScript', () => {
  test('fleets behind a load balancer', () => {
    const app = governed({ defaults: { rollout: canary(7), loadBalancing: FleetLoadBalancing.nlb() } });
    const stack = newStack(undefined, app);
    existingFleet(stack);
    expect(checkpointsOf(stack)).toEqual([7, 100]);
    const [, { Properties: balancer }] = onlyResource(templateOf(stack), 'AWS::ElasticLoadBalancingV2::LoadBalancer');
    expect(balancer.Type).toBe('network');
  });

  test('fleets of workers', () => {
    const stack = newStack(undefined, governed({ defaults: { rollout: canary(7) } }));
    workerFleet({}, stack);
    expect(checkpointsOf(stack)).toEqual([7, 100]);
  });

  test('whole stacks, with their network and tags', () => {
    const tags = { platform: 'inference', team: 'nobody' };
    const app = governed({ defaults: { rollout: canary(7), network: FleetNetwork.isolated(), tags } });
    const stack = fleetStack({ tags: { team: 'chat' } }, app);
    expect(checkpointsOf(stack)).toEqual([7, 100]);
    expect(resourcesOf(templateOf(stack), 'AWS::EC2::NatGateway')).toEqual([]);
    expect(stack.tags.tagValues()).toEqual({ platform: 'inference', team: 'chat' });
  });

  test('and a value of the team wins', () => {
    const app = governed({ defaults: { rollout: canary(7) } });
    const stack = newStack(undefined, app);
    existingFleet(stack, { rollout: canary(20) });
    expect(checkpointsOf(stack)).toEqual([20, 100]);
    expect(failureOf(app)).toBe('');
  });

  test('part by part of the lifecycle', () => {
    const defaults = {
      lifecycle: { coldStart: ColdStart.measured(Duration.seconds(90)), drain: FleetDrain.typical() },
    };
    const stack = newStack(undefined, governed({ defaults }));
    const fleet = existingFleet(stack, { lifecycle: { healthCheckGracePeriod: Duration.minutes(20) } });
    expect(fleet.coldStart.total.toSeconds()).toBe(90);
    expect(onlyResource(templateOf(stack), GROUP)[1].Properties.HealthCheckGracePeriod).toBe(1200);
  });

  describe('the purchase and placement of a capacity', () => {
    const defaults = {
      capacity: { onDemandBase: 1, onDemandPercentageAboveBase: 40, placement: FleetPlacement.zones() },
    };
    const instanceTypes = ['m9g.4xlarge'];
    const bought = (capacity: FleetCapacity) => {
      const stack = newStack(undefined, governed({ defaults }));
      const { placement } = existingFleet(stack, { capacity }).capacity;
      const { InstancesDistribution: distribution } = onlyResource(templateOf(stack), GROUP)[1].Properties
        .MixedInstancesPolicy as { InstancesDistribution: Record<string, number> };
      const { OnDemandBaseCapacity: base, OnDemandPercentageAboveBaseCapacity: share } = distribution;
      return { base, share, isDefault: placement === defaults.capacity.placement };
    };

    test.each([
      ['spotFirst', FleetCapacity.spotFirst({ instanceTypes }), 1, 40],
      ['spotFirst of the team', FleetCapacity.spotFirst({ instanceTypes, onDemandBase: 2 }), 2, 40],
      ['onDemand', FleetCapacity.onDemand({ instanceTypes }), 0, 100],
      ['reserved', FleetCapacity.reserved({ instanceTypes }), 0, 100],
      ['mixedGenerations', FleetCapacity.mixedGenerations({ instanceTypes }), 1, 40],
      ['attributes', FleetCapacity.attributes({ attributes: { vcpus: { min: 16, max: 16 } } }), 1, 40],
    ])('%s', (_, capacity, base, share) => {
      expect(bought(capacity)).toEqual({ base, share, isDefault: true });
    });

    test('a placement of the team', () => {
      const capacity = FleetCapacity.onDemand({ instanceTypes, placement: FleetPlacement.zones() });
      expect(bought(capacity).isDefault).toBe(false);
    });
  });

  test('not beside a policy that is applied to another branch', () => {
    const app = newApp();
    const [one, other] = ['One', 'Other'].map((id) => newStack(undefined, app, id));
    const policy = FleetPolicy.of({ defaults: { rollout: canary(7) } });
    PropertyInjectors.of(one).add(...policy.propertyInjectors());
    [one, other].forEach((stack) => existingFleet(stack));
    expect([one, other].map(checkpointsOf)).toEqual([
      [7, 100],
      [10, 100],
    ]);
  });
});

describe('a locked key is the policy’s', () => {
  const locked = [PolicyKey.ROLLOUT];
  const refused =
    /: rollout: got a value, allowed none, because the policy keeps it \(rule locked at FleetPolicy.of\(\)\)/g;

  test('a fleet that sets it is refused at synthesis', () => {
    const app = governed({ defaults: { rollout: canary(7) }, locked });
    existingFleet(newStack(undefined, app, 'Chat'), { rollout: canary(20) });
    expect(failureOf(app).match(refused)).toHaveLength(1);
    expect(failureOf(app)).toContain('[Chat] Chat/Fleet: rollout');
  });

  test('a stack that sets it is refused once', () => {
    const app = governed({ locked });
    fleetStack({ rollout: canary(20) }, app);
    expect(failureOf(app).match(refused)).toHaveLength(1);
  });

  test('a stack that leaves it alone is not', () => {
    const app = governed({ defaults: { rollout: canary(7) }, locked });
    const stack = fleetStack({}, app);
    expect(failureOf(app)).toBe('');
    expect(checkpointsOf(stack)).toEqual([7, 100]);
  });
});

describe('constructs take property injectors of anybody', () => {
  const classes = { InferenceFleet, WorkerFleet, InferenceImage, InferenceFleetStack, WorkerFleetStack };

  test.each(Object.entries(classes))('%s by its name in jsii', (name, { PROPERTY_INJECTION_ID: id }) => {
    expect(id).toBe(`cdk-graviton-fleet.${name}`);
  });

  test('the nearest wins, and gets what the construct was given', () => {
    const asked: string[] = [];
    const injector = (name: string, canaryPercentage: number): IPropertyInjector => ({
      constructUniqueId: InferenceFleet.PROPERTY_INJECTION_ID,
      inject: (props, { scope, id }) => {
        asked.push(`${name} of ${scope.node.path}/${id}`);
        return { ...props, rollout: canary(canaryPercentage) };
      },
    });
    const app = newApp();
    const stack = newStack(undefined, app);
    PropertyInjectors.of(app).add(injector('far', 30));
    PropertyInjectors.of(stack).add(injector('near', 40));
    existingFleet(stack);
    expect(asked).toEqual(['near of Stack/Fleet']);
    expect(checkpointsOf(stack)).toEqual([40, 100]);
  });

  test('an image too', () => {
    const app = newApp();
    const given: unknown[] = [];
    PropertyInjectors.of(app).add({
      constructUniqueId: InferenceImage.PROPERTY_INJECTION_ID,
      inject: (props) => {
        given.push(Object.keys(props as object));
        return props as unknown;
      },
    });
    fleetStack({}, app);
    expect(given).toEqual([expect.arrayContaining(['runtime', 'vpc'])]);
  });
});

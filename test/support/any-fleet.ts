import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as fc from 'fast-check';
import { FleetConfigError, FleetRollout, InstanceCatalog, Offering, RolloutAlarm } from '../../lib';
import { circle } from './references';
import { violations } from './security-invariants';
import { findings } from './strict-validation';
import { CloudFormationTemplate, Json, onlyResource, resourcesOf } from './template';

/** How many fleets a property test makes: few by default, `FLEET_PROPERTY_RUNS` for more. */
export const RUNS = Number(process.env.FLEET_PROPERTY_RUNS ?? 20);

/** Newest first, two sizes; a fleet takes those that its region sells. */
const FAMILIES = ['m9g', 'm8g', 'm7g'];

/** Every region in which a family is known to be sold. */
const REGIONS = [...new Set(FAMILIES.flatMap((family) => InstanceCatalog.offeredRegions(family)))].sort();

export const anyRegion = fc.constantFrom(...REGIONS);

/** The types of a size that a region sells. */
export function typesIn(region: string, size = 'large'): string[] {
  const types = FAMILIES.map((family) => `${family}.${size}`);
  return types.filter((type) => InstanceCatalog.isOffered(type, region) === Offering.OFFERED);
}

export const optional = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });

export const seconds = (least: number, most: number) =>
  fc.integer({ min: least * 10, max: most * 10 }).map((tenths) => Duration.millis(tenths * 100));

/** Mostly a value that suits all others, and seldom one that may not. */
export const mostly = <T>(good: fc.Arbitrary<T>, any: fc.Arbitrary<T>) =>
  fc.oneof({ weight: 14, arbitrary: good }, { weight: 1, arbitrary: any });

const tokens = new cloudwatch.Metric({ namespace: 'Chat', metricName: 'Tokens', statistic: 'Sum' });

/** Alarms without a load balancer, and with one. */
const OF_INSTANCES = {
  illegalInstructions: () => RolloutAlarm.illegalInstructions(),
  runtimeCrashes: () => RolloutAlarm.runtimeCrashes({ atLeast: 2 }),
  kernelVerification: () => RolloutAlarm.kernelVerification(),
  tokens: () => RolloutAlarm.tokensPerSecond({ tokens, below: 10, fromDemand: 5 }),
};
const OF_TRAFFIC = {
  serverErrors: () => RolloutAlarm.serverErrorRate({ abovePercent: 1 }),
  unhealthy: () => RolloutAlarm.unhealthyInstances(),
};

/** A kind of roll-out with its options, as data that says what it is when a property fails. */
export function anyRollout({ behindLoadBalancer }: { readonly behindLoadBalancer: boolean }) {
  const every = { ...OF_INSTANCES, ...(behindLoadBalancer && OF_TRAFFIC) };
  const names = Object.keys(every) as (keyof typeof every)[];
  return fc.record({
    kind: fc.constantFrom<'default' | 'canary' | 'rolling' | 'replaceRootVolume'>(
      ...(['default', 'canary', 'rolling', 'replaceRootVolume'] as const),
    ),
    watch: optional(fc.subarray(names)),
    bakeTime: optional(seconds(0, 7200)),
    minHealthyPercentage: optional(mostly(fc.integer({ min: 0, max: 99 }), fc.constantFrom(-1, 101))),
  });
}

type AnyRollout = ReturnType<typeof anyRollout> extends fc.Arbitrary<infer T> ? T : never;

/** @throws FleetConfigError when an option is out of its range */
export function rolloutOf({ kind, watch, ...options }: AnyRollout): FleetRollout | undefined {
  const makers: Record<string, (() => RolloutAlarm) | undefined> = { ...OF_INSTANCES, ...OF_TRAFFIC };
  const watched = watch?.flatMap((name) => makers[name]?.() ?? []);
  return kind === 'default' ? undefined : FleetRollout[kind]({ ...options, watch: watched });
}

/** What a fleet makes of its properties; undefined when it refuses them. */
export function acceptedOf<T>(make: () => T): T | undefined {
  try {
    return make();
  } catch (error) {
    if (!(error instanceof FleetConfigError)) {
      throw error;
    }
    return undefined;
  }
}

/** What is wrong with the template of any fleet, whatever its kind. */
export function faultsOf(template: CloudFormationTemplate, region: string): string[] {
  return [
    ...findings(template, region),
    ...violations(template),
    ...circle(template),
    ...timeFaults(template),
    ...typeFaults(template, region),
    ...alarmFaults(template),
  ];
}

const GROUP = 'AWS::AutoScaling::AutoScalingGroup';

function timeFaults(template: CloudFormationTemplate): string[] {
  const { Properties: group, UpdatePolicy: policy } = onlyResource(template, GROUP)[1];
  const { Preferences: refresh } = policy.AutoScalingInstanceRefresh as { Preferences: Json };
  const warmup = group.DefaultInstanceWarmup as number;
  const faults: [boolean, string][] = [
    [group.HealthCheckGracePeriod < warmup, 'instances are replaced while they start'],
    [refresh.AlarmSpecification && refresh.BakeTime === undefined, 'no alarm stops the last instances'],
    [refresh.MaxHealthyPercentage - refresh.MinHealthyPercentage > 100, 'a span that Auto Scaling refuses'],
    ...(group.LifecycleHookSpecificationList as Json[]).map<[boolean, string]>(({ HeartbeatTimeout: timeout }) => [
      timeout < 30 || timeout > 7200,
      'a hook that Auto Scaling refuses',
    ]),
  ];
  return faults.filter(([found]) => found).map(([, fault]) => fault);
}

/** No type outside of the region, and no other than Arm64. */
function typeFaults(template: CloudFormationTemplate, region: string): string[] {
  const { Overrides: overrides } = onlyResource(template, GROUP)[1].Properties.MixedInstancesPolicy.LaunchTemplate as {
    Overrides: Json[];
  };
  const types = overrides.map(({ InstanceType: type }) => String(type));
  const graviton = InstanceCatalog.allGraviton().map(({ instanceType }) => instanceType);
  return types.flatMap((type) => [
    ...(InstanceCatalog.isOffered(type, region) === Offering.NOT_OFFERED ? [`${type} is not sold in ${region}`] : []),
    ...(graviton.includes(type) ? [] : [`${type} is no Graviton`]),
  ]);
}

/** Auto Scaling takes ten alarms, and CloudWatch evaluates an alarm over a day at most. */
function alarmFaults(template: CloudFormationTemplate): string[] {
  const { Preferences: refresh } = onlyResource(template, GROUP)[1].UpdatePolicy.AutoScalingInstanceRefresh;
  const watched = ((refresh.AlarmSpecification?.Alarms ?? []) as Json[]).map(({ Ref: id }) => String(id));
  const alarms = resourcesOf(template, 'AWS::CloudWatch::Alarm');
  return [
    ...(watched.length > 10 ? ['more alarms than Auto Scaling takes'] : []),
    ...watched.filter((id) => !alarms.some(([made]) => made === id)).map((id) => `no alarm ${id}`),
    ...alarms.flatMap(([id, { Properties: alarm }]) =>
      alarm.EvaluationPeriods * (alarm.Period ?? 60) > 86_400 ? [`${id} looks back for more than a day`] : [],
    ),
  ];
}

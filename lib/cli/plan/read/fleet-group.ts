import { momentaryUnits } from '../../../economics/budget/private/bounds/group-peak';
import { PurchasePlan } from '../plan-report';
import { Properties, Resource } from './stack-source';
import { listOf, numberOf, objectOf, StackTemplate } from './stack-template';

/** The Auto Scaling group of a fleet, as CloudFormation gets it. */
export interface FleetGroup {
  /** Bounds of its size in units of capacity; undefined when they are only known at deployment. */
  readonly min?: number;
  readonly max?: number;
  /** Units that a type counts as: 1 for those that are not in it. */
  readonly weights: ReadonlyMap<string, number>;
  readonly purchase: PurchasePlan;
  readonly use?: GroupUse;
}

/** What a group may have at any moment. */
export interface GroupUse {
  /** Units of capacity, with what AWS adds while it replaces and rebalances instances. */
  readonly most: { readonly onDemand: number; readonly spot: number };
}

/** The group below a fleet; undefined when the fleet has none of its own, as under AWS Batch. */
export function fleetGroup(template: StackTemplate, fleet: string): FleetGroup | undefined {
  const resource = template
    .ofType('AWS::AutoScaling::AutoScalingGroup')
    .find((candidate) => template.isBelow(candidate, `${fleet}/Group`));
  return resource && groupOf(template, resource);
}

/** A group by its logical id. */
export function groupById(template: StackTemplate, logicalId: string): FleetGroup | undefined {
  const resource = template.referred({ Ref: logicalId });
  return resource && groupOf(template, resource);
}

function groupOf(template: StackTemplate, resource: Resource): FleetGroup {
  const { MixedInstancesPolicy, MinSize, MaxSize, CapacityReservationSpecification } = resource.properties;
  const { LaunchTemplate, InstancesDistribution } = objectOf(MixedInstancesPolicy);
  const overrides = listOf(objectOf(LaunchTemplate).Overrides);
  const weights = new Map(
    overrides.map(({ InstanceType, WeightedCapacity }) => [String(InstanceType), numberOf(WeightedCapacity) ?? 1]),
  );
  const purchase = purchaseOf(objectOf(InstancesDistribution), CapacityReservationSpecification !== undefined);
  const [min, max] = [numberOf(MinSize), numberOf(MaxSize)];
  const isWeighted = overrides.some(({ WeightedCapacity }) => WeightedCapacity !== undefined);
  const most = max === undefined ? undefined : mostUnits(template, resource, { max, weights, isWeighted });
  return { min, max, weights, purchase, use: most === undefined ? undefined : { most: divide(most, purchase) } };
}

function purchaseOf(distribution: Properties, reservations: boolean): PurchasePlan {
  const share = numberOf(distribution.OnDemandPercentageAboveBaseCapacity) ?? 100;
  return {
    onDemandBase: numberOf(distribution.OnDemandBaseCapacity) ?? 0,
    onDemandPercentageAboveBase: share,
    spot: share !== 100,
    reservations,
  };
}

interface Sizes {
  readonly max: number;
  readonly weights: ReadonlyMap<string, number>;
  readonly isWeighted: boolean;
}

function mostUnits(template: StackTemplate, group: Resource, { max, weights, isWeighted }: Sizes): number {
  const refresh = objectOf(objectOf(group.updatePolicy.AutoScalingInstanceRefresh).Preferences);
  const pool = template
    .ofType('AWS::AutoScaling::WarmPool')
    .find(({ properties }) => template.referred(properties.AutoScalingGroupName) === group);
  const facts = {
    weighted: isWeighted,
    largestWeight: Math.max(1, ...weights.values()),
    surgePercentage: Math.max(0, (numberOf(refresh.MaxHealthyPercentage) ?? 100) - 100),
  };
  // A fleet at rest needs nothing, whatever AWS may add to one that works.
  return max === 0 ? 0 : momentaryUnits(max, facts, 0) + (numberOf(pool?.properties.MinSize) ?? 0);
}

/** The most that each kind of purchase may be of so many units: all that is above the base, where it is shared. */
function divide(
  units: number,
  { onDemandBase = 0, onDemandPercentageAboveBase, spot }: PurchasePlan,
): GroupUse['most'] {
  if (!spot) {
    return { onDemand: units, spot: 0 };
  }
  const base = Math.min(units, onDemandBase);
  const onDemand = base + Math.ceil(((units - base) * onDemandPercentageAboveBase) / 100);
  return { onDemand, spot: units - onDemand };
}

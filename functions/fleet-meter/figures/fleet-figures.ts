import { Pool } from '../instances/pool-counts';
import { Estimate, TypeFigures } from '../meter-event';

/** What the figures of a fleet are made from. */
export interface FigureSources {
  readonly types: Readonly<Record<string, TypeFigures>>;
  /** USD per hour of a Spot Instance; undefined when there is no price. */
  readonly spotUsdPerHour: (instanceType: string, zone: string) => number | undefined;
  /** Share of the CPU that is busy, 0 to 1; undefined when it is not known. */
  readonly cpuUtilization?: number;
}

/** A figure for each metric of a fleet. A figure that would leave out an instance is absent, never too small. */
export interface FleetFigures {
  readonly OnDemandInstances: number;
  readonly SpotInstances: number;
  readonly VCpus: number;
  /** Instances without a list price, and Spot Instances without a Spot price. */
  readonly UnpricedInstances: number;
  /** USD per hour, if all of them were on-demand at list price. */
  readonly ListCost?: number;
  /** USD per hour of the Spot Instances. */
  readonly SpotCost?: number;
  /** USD per hour: on-demand instances at the user's rate, Spot Instances at the Spot price. */
  readonly EffectiveCost?: number;
  /** Watts. */
  readonly PowerLow?: number;
  readonly PowerTypical?: number;
  readonly PowerHigh?: number;
}

export function fleetFigures(pools: readonly Pool[], sources: FigureSources): FleetFigures {
  const { types, spotUsdPerHour } = sources;
  const spot = pools.filter((pool) => pool.spot);
  const onDemand = pools.filter((pool) => !pool.spot);
  const listed = ({ instanceType }: Pool) => types[instanceType]?.listUsdPerHour;
  const spotPrice = ({ instanceType, zone }: Pool) => spotUsdPerHour(instanceType, zone);
  const spotCost = total(spot, spotPrice);
  const onDemandCost = total(onDemand, ({ instanceType }) => types[instanceType]?.effectiveUsdPerHour);
  return {
    OnDemandInstances: instancesOf(onDemand),
    SpotInstances: instancesOf(spot),
    VCpus: pools.reduce((sum, { vcpus }) => sum + vcpus, 0),
    UnpricedInstances: instancesOf(
      pools.filter((pool) => listed(pool) === undefined || (pool.spot && spotPrice(pool) === undefined)),
    ),
    ListCost: total(pools, listed),
    SpotCost: spotCost,
    EffectiveCost: spotCost === undefined || onDemandCost === undefined ? undefined : spotCost + onDemandCost,
    PowerLow: power(pools, sources, 'low'),
    PowerTypical: power(pools, sources, 'typical'),
    PowerHigh: power(pools, sources, 'high'),
  };
}

/** Linear between idle and full load, as the power model has it. */
function power(
  pools: readonly Pool[],
  { types, cpuUtilization }: FigureSources,
  end: keyof Estimate,
): number | undefined {
  if (pools.length > 0 && cpuUtilization === undefined) {
    return undefined;
  }
  return total(pools, ({ instanceType }) => {
    const { idleWatts, fullLoadWatts } = types[instanceType] ?? {};
    return idleWatts && fullLoadWatts && idleWatts[end] + (fullLoadWatts[end] - idleWatts[end]) * (cpuUtilization ?? 0);
  });
}

/** The sum over all instances; undefined as soon as the figure of one is not known. */
function total(pools: readonly Pool[], perInstance: (pool: Pool) => number | undefined): number | undefined {
  let sum = 0;
  for (const pool of pools) {
    const figure = perInstance(pool);
    if (figure === undefined) {
      return undefined;
    }
    sum += figure * pool.instances;
  }
  return sum;
}

function instancesOf(pools: readonly Pool[]): number {
  return pools.reduce((sum, { instances }) => sum + instances, 0);
}

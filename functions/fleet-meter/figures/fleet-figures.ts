import { Pool } from '../instances/pool-counts';
import { Estimate, PowerCurve, TypeFigures } from '../meter-event';

/** What the figures of a fleet are made from. */
export interface FigureSources {
  readonly types: Readonly<Record<string, TypeFigures>>;
  readonly powerCurve: PowerCurve;
  /** USD per hour of a Spot Instance; undefined when there is no price. */
  readonly spotUsdPerHour: (instanceType: string, zone: string) => number | undefined;
  /** Share of the CPU that is busy, 0 to 1; undefined when it is not known. */
  readonly cpuUtilization?: number;
}

/** A figure for each metric of a fleet. A figure that would leave out an instance is absent, never too small. */
export interface FleetFigures {
  readonly OnDemandInstances: number;
  readonly SpotInstances: number;
  readonly VCpus?: number;
  /** On-demand instances and Spot Instances without a price of theirs. */
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
  const onDemandPrice = ({ instanceType }: Pool) => types[instanceType]?.effectiveUsdPerHour;
  const [spotCost, onDemandCost] = [total(spot, spotPrice), total(onDemand, onDemandPrice)];
  return {
    OnDemandInstances: instancesOf(onDemand),
    SpotInstances: instancesOf(spot),
    VCpus: total(pools, ({ vcpus }) => vcpus),
    UnpricedInstances: instancesOf(
      pools.filter((pool) => (pool.spot ? spotPrice(pool) : onDemandPrice(pool)) === undefined),
    ),
    ListCost: total(pools, listed),
    SpotCost: spotCost,
    EffectiveCost: spotCost === undefined || onDemandCost === undefined ? undefined : spotCost + onDemandCost,
    PowerLow: power(pools, sources, 'low'),
    PowerTypical: power(pools, sources, 'typical'),
    PowerHigh: power(pools, sources, 'high'),
  };
}

/** Between idle and full load by the curve of the power model. */
function power(
  pools: readonly Pool[],
  { types, powerCurve, cpuUtilization }: FigureSources,
  end: keyof Estimate,
): number | undefined {
  if (pools.length > 0 && cpuUtilization === undefined) {
    return undefined;
  }
  const share = shareAt(powerCurve, cpuUtilization ?? 0);
  return total(pools, ({ instanceType }) => {
    const { idleWatts, fullLoadWatts } = types[instanceType] ?? {};
    return idleWatts && fullLoadWatts && idleWatts[end] + (fullLoadWatts[end] - idleWatts[end]) * share;
  });
}

function shareAt(curve: PowerCurve, utilization: number): number {
  const next = Math.max(
    1,
    curve.findIndex(([end]) => utilization <= end),
  );
  const [[from, shareFrom], [to, shareTo]] = [curve[next - 1], curve[next]];
  return shareFrom + ((utilization - from) / (to - from)) * (shareTo - shareFrom);
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

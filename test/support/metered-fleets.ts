import { SimulatedAws } from './simulated-aws/simulated-aws';
import { SimulatedFleet } from './simulated-aws/simulated-fleet';

/** When the simulated runs are due. */
export const RUN_TIME = new Date('2026-11-23T06:05:00Z');

const ZONES = ['us-east-1a', 'us-east-1b'];
const TYPES = [
  { instanceType: 'm9g.4xlarge', vcpus: 16, spot: false, list: 0.8, spotPrice: 0 },
  { instanceType: 'm9g.8xlarge', vcpus: 32, spot: true, list: 1.6, spotPrice: 0.5 },
  { instanceType: 'm8g.4xlarge', vcpus: 16, spot: true, list: 0.7, spotPrice: 0.25 },
];
const CPU_PERCENT = 40;

/** Fleets of three types in two zones, of which one type is bought on demand. */
export function mixedFleets(fleets: number, instancesPerPool: number): SimulatedFleet[] {
  const pools = ZONES.flatMap((zone) =>
    TYPES.map(({ instanceType, vcpus, spot }) => ({ instanceType, zone, vcpus, spot, count: instancesPerPool })),
  );
  return Array.from({ length: fleets }, (_, index) => ({ group: `Group-${index}`, pools }));
}

/** Gives an API what it must know of mixed fleets: CPU utilization and Spot prices. */
export function supply(aws: SimulatedAws): void {
  aws.fleets.forEach(({ group }) => aws.cpuPercent.set(group, CPU_PERCENT));
  for (const { instanceType, spotPrice } of TYPES.filter(({ spot }) => spot)) {
    ZONES.forEach((zone) => aws.spotPrices.set(`${instanceType} ${zone}`, spotPrice));
  }
}

/** What a schedule gives for these fleets. */
export function mixedEvent(scans: readonly (readonly string[])[]) {
  const figures = TYPES.map(({ instanceType, list, vcpus }) => [
    instanceType,
    {
      listUsdPerHour: list,
      effectiveUsdPerHour: list,
      idleWatts: { low: vcpus, typical: 1.5 * vcpus, high: 2 * vcpus },
      fullLoadWatts: { low: 2 * vcpus, typical: 3 * vcpus, high: 4 * vcpus },
    },
  ]);
  return {
    meter: 'Meter',
    scheduledTime: RUN_TIME.toISOString(),
    scans,
    powerCurve: [
      [0, 0],
      [1, 1],
    ],
    types: Object.fromEntries(figures) as Record<string, never>,
  };
}

/** The figures of a mixed fleet with so many instances per pool, by hand: two pools of each type. */
export function mixedFigures(n: number): Record<string, number> {
  return {
    OnDemandInstances: 2 * n,
    SpotInstances: 4 * n,
    VCpus: 128 * n,
    UnpricedInstances: 0,
    // 2 x (0.8 + 1.6 + 0.7)
    ListCost: 6.2 * n,
    // 2 x (0.5 + 0.25)
    SpotCost: 1.5 * n,
    // and 2 x 0.8
    EffectiveCost: 3.1 * n,
    // 128 vCPUs at 40 %: 1 to 2, 1.5 to 3, 2 to 4 W each
    PowerLow: 128 * 1.4 * n,
    PowerTypical: 128 * 2.1 * n,
    PowerHigh: 128 * 2.8 * n,
  };
}

/** The averages of a group's metrics, as dashboards read them. */
export function averagesOf(aws: SimulatedAws, group: string): Record<string, number | undefined> {
  const names = Object.keys(mixedFigures(1));
  return Object.fromEntries(names.map((name) => [name, aws.published.statistics(group, name, RUN_TIME)?.average]));
}

/** Rounds away the noise of floating point. */
export function rounded(figures: Record<string, number | undefined>): Record<string, number | undefined> {
  return Object.fromEntries(
    Object.entries(figures).map(([name, value]) => [name, value && Number(value.toPrecision(9))]),
  );
}

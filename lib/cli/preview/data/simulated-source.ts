import { aggregate, MetricIdentity, MetricSource, Points, TimeGrid } from '../../../economics/metric-math';
import { AssemblyResource } from '../assembly/read-assembly';
import { logicalIdOf } from '../assembly/resolve-intrinsics';
import { fleetMoment, FleetSize } from './fleet-load';
import { simulatedMetric } from './simulated-metric';

interface SimulatedFleet extends FleetSize {
  readonly stack: string;
  readonly logicalId: string;
}

/** A fleet for metrics that belong to none of the assembly. */
const ANY_FLEET: SimulatedFleet = { stack: '', logicalId: 'any', min: 2, max: 6 };

/** The same data for the same seed, assembly and time; no two metrics have the same noise. */
export class SimulatedSource implements MetricSource {
  private readonly fleets: readonly SimulatedFleet[];

  /** @param now seconds since 1970, after which there is no data */
  public constructor(
    private readonly seed: number,
    resources: readonly AssemblyResource[],
    private readonly now: number,
  ) {
    this.fleets = resources.filter(({ type }) => type === 'AWS::AutoScaling::AutoScalingGroup').map(fleetOf);
  }

  public points(metric: MetricIdentity, stat: string, grid: TimeGrid): Points {
    const { namespace, metricName } = metric;
    const { resolution, value } = simulatedMetric(namespace, metricName);
    const fleet = this.fleetOf(metric);
    const name = nameOf(fleet);
    const names = Object.values(metric.dimensions);
    const key = [namespace, metricName, name, ...names].join(' ');
    // A percentile of a period is no function of those of its parts.
    const step = /^(Sum|Average|Minimum|Maximum|SampleCount)$/.test(stat)
      ? resolution
      : Math.max(resolution, grid.period);
    const steps = Math.ceil((grid.length * grid.period) / step);
    const data = Array.from({ length: steps }, (_, index) => {
      const timestamp = Math.floor(grid.start / step) * step + index * step;
      const moment = fleetMoment(this.seed, name, fleet, timestamp);
      // A period's data comes when it is over.
      const isOver = timestamp + resolution <= this.now;
      return { timestamp, value: isOver ? value({ seed: this.seed, key, timestamp, stat, names, moment }) : undefined };
    });
    return aggregate(
      data.flatMap(({ timestamp, value: sample }) => (sample === undefined ? [] : [{ timestamp, value: sample }])),
      stat,
      grid,
    );
  }

  /** The group that a dimension names, or the one whose logical id has most of its beginning in common with one. */
  private fleetOf({ dimensions }: MetricIdentity): SimulatedFleet {
    const names = Object.values(dimensions).map((value) => logicalIdOf(value) ?? value.replace(/[{}]/g, ''));
    const ranked = this.fleets
      .map((fleet) => ({ fleet, common: Math.max(0, ...names.map((name) => likeness(name, fleet))) }))
      .sort((left, right) => right.common - left.common);
    return ranked[0]?.fleet ?? ANY_FLEET;
  }
}

function fleetOf({ stack, logicalId, properties: { MinSize, MaxSize } }: AssemblyResource): SimulatedFleet {
  const [min, max] = [Number(MinSize), Number(MaxSize)];
  const { min: anyMin, max: anyMax } = ANY_FLEET;
  const size = Number.isInteger(min) && Number.isInteger(max) ? { min, max } : { min: anyMin, max: anyMax };
  return { ...size, stack, logicalId };
}

/** The same logical id may stand in several stacks. */
function nameOf({ stack, logicalId }: SimulatedFleet): string {
  return `${stack}/${logicalId}`;
}

/** A name of another stack has that stack's before it. */
function likeness(name: string, fleet: SimulatedFleet): number {
  return commonStart(name, name.includes(`${fleet.stack}/`) ? nameOf(fleet) : fleet.logicalId);
}

function commonStart(left: string, right: string): number {
  const length = [...left].findIndex((character, index) => character !== right[index]);
  return length < 0 ? left.length : length;
}

import { FleetMeasures, MeasuredEstimate, MeasuredRange } from '../../economics/fleet-measures';
import { MetricMathRequest, MetricQuery, Points, timeGrid } from '../../economics/metric-math';
import { METRIC_NAMESPACE, SERVER_METRICS } from '../../image/private/instance-metrics';
import { AssemblyFleet } from '../deployed/assembly-fleets';
import { FigureKind, FleetReport, ReportFigure, TimeSpan, WorkReport } from './fleet-report';
import { ReadMetrics, WantedMetric } from './read-metrics';
import { ReportPeriod } from './report-period';

/** A fleet whose metrics have the names that AWS gave them. */
export interface NamedFleet extends AssemblyFleet {
  readonly metrics: Readonly<Record<string, WantedMetric>>;
  /** Why figures are missing. */
  readonly notes: readonly string[];
}

const HOUR = 3600;
const MAX_GAPS = 10;
const CLOUDWATCH = 'CloudWatch';
const WORKS: Readonly<Record<string, { readonly per: number; readonly counts: string }>> = {
  tokens: { per: 1_000_000, counts: 'tokens by the metric that the app names' },
  requests: { per: 1000, counts: 'requests (new connections behind a Network Load Balancer) by the load balancer' },
  jobs: { per: 1000, counts: 'jobs done, by the messages deleted from the queue' },
};

/**
 * Adds up what a fleet did, cost and drew over a time: the expressions of its dashboard, evaluated here over the metrics
 * that they read, period by period.
 */
export function sumFleet(fleet: NamedFleet, source: ReadMetrics, time: ReportPeriod): FleetReport {
  return isRead(fleet) ? new FleetSum(fleet, source, time).report() : nothingOf(fleet, time);
}

/** Whether the metrics of the group have names: they all do, or none does. */
function isRead({ metrics }: NamedFleet): boolean {
  return 'instances' in metrics;
}

function nothingOf({ stack, region, measures, notes }: NamedFleet, { start, end, period }: ReportPeriod): FleetReport {
  const periods = (end - start) / period;
  return {
    fleet: measures.fleet,
    stack: stack.artifact.stackName,
    region,
    ...spanOf(start, end),
    resources: {},
    periodMinutes: period / 60,
    periods,
    knownPeriods: 0,
    gaps: [spanOf(start, end)],
    work: {},
    notes,
  };
}

class FleetSum {
  private readonly hoursOfPeriod: number;
  private readonly queries: readonly MetricQuery[];

  public constructor(
    private readonly fleet: NamedFleet,
    private readonly source: ReadMetrics,
    private readonly time: ReportPeriod,
  ) {
    this.hoursOfPeriod = time.period / HOUR;
    this.queries = Object.entries(fleet.metrics).map(([id, { metric, stat }]) => ({
      id,
      metric,
      stat,
      period: time.period,
    }));
  }

  public report(): FleetReport {
    const { stack, region, estimate, measures, metrics, notes } = this.fleet;
    const instances = this.metric('instances');
    return {
      fleet: measures.fleet,
      stack: stack.artifact.stackName,
      region,
      ...spanOf(this.time.start, this.time.end),
      resources: Object.assign({}, ...Object.values(metrics).map(({ metric }) => metric.dimensions)) as Record<
        string,
        string
      >,
      periodMinutes: this.time.period / 60,
      periods: instances.length,
      knownPeriods: instances.filter((value) => value !== undefined).length,
      gaps: gapsOf(instances, this.time),
      ...this.use(instances),
      listCost: this.hourly(measures.listCost, 'listed', estimate.priceSource),
      effectiveCost: this.hourly(measures.effectiveCost, 'paid', estimate.effectivePriceSource),
      idleCost: this.hourly(measures.idleCost, ...this.costKind()),
      energy: this.figure(measures.energy, 1, 'estimated', estimate.powerSource),
      carbon: this.figure(measures.carbon, this.hoursOfPeriod / 1000, 'estimated', estimate.carbonSource),
      work: this.works(),
      notes: [...notes, ...this.unknown(measures, instances)],
    };
  }

  private use(instances: Points): Pick<FleetReport, 'instanceHours' | 'idlePercent'> {
    const hours = sumOf(instances);
    const cpu = this.metric('cpu');
    const both = instances.map((value, index) => (cpu[index] === undefined ? undefined : value));
    const weighed = sumOf(both);
    const idle = sumOf(both.map((value, index) => value && value * (100 - (cpu[index] ?? 0))));
    return {
      instanceHours: hours && exact(hours.sum * this.hoursOfPeriod, `${CLOUDWATCH}, GroupInServiceInstances`),
      idlePercent:
        weighed && idle && weighed.sum > 0
          ? exact(idle.sum / weighed.sum, `${CLOUDWATCH}, CPUUtilization weighed by instances`)
          : undefined,
    };
  }

  private works(): Record<string, WorkReport> {
    return Object.fromEntries(
      Object.keys(WORKS).flatMap((name) => (name in this.fleet.metrics ? [[name, this.work(name)]] : [])),
    );
  }

  private work(name: string): WorkReport {
    const { per, counts } = WORKS[name];
    const done = this.metric(name);
    const { namespace, metricName } = this.fleet.metrics[name].metric;
    const isOfServer = namespace === METRIC_NAMESPACE && metricName === SERVER_METRICS.generatedTokens;
    const { effectiveCost, listCost, energy } = this.fleet.measures;
    const perWork = (range: MeasuredRange | undefined, factor: number, ...[kind, source]: [FigureKind, string?]) =>
      range && this.perWork(range, factor * per, done, kind, source);
    return {
      count: sumOf(done)?.sum ?? 0,
      source: `${CLOUDWATCH}, ${isOfServer ? 'tokens that the built-in server generated' : counts}`,
      per,
      cost: perWork(effectiveCost ?? listCost, this.hoursOfPeriod, ...this.costKind()),
      energy: perWork(energy, 1, 'estimated', this.fleet.estimate.powerSource),
    };
  }

  /** The cost of idle moments counts too; work of moments whose cost is not known does not. */
  private perWork(
    range: MeasuredRange | MeasuredEstimate,
    factor: number,
    done: Points,
    kind: FigureKind,
    source = '',
  ): ReportFigure | undefined {
    return this.ends(range, kind, source, (points) => {
      const total = sumOf(points);
      const work = sumOf(done.map((value, index) => (points[index] === undefined ? undefined : value)));
      return total && work && work.sum > 0 ? (total.sum * factor) / work.sum : undefined;
    });
  }

  private hourly(range: MeasuredRange | undefined, kind: FigureKind, source?: string): ReportFigure | undefined {
    return this.figure(range, this.hoursOfPeriod, kind, source);
  }

  private figure(
    range: MeasuredRange | MeasuredEstimate | undefined,
    factor: number,
    kind: FigureKind,
    source = '',
  ): ReportFigure | undefined {
    return (
      range &&
      this.ends(range, kind, source, (points) => {
        const total = sumOf(points);
        return total && total.sum * factor;
      })
    );
  }

  private ends(
    range: MeasuredRange | MeasuredEstimate,
    kind: FigureKind,
    source: string,
    value: (points: Points) => number | undefined,
  ): ReportFigure | undefined {
    const low = value(this.expression(range.low));
    const high = value(this.expression(range.high));
    const typical = 'typical' in range ? value(this.expression(range.typical)) : undefined;
    return low === undefined || high === undefined
      ? undefined
      : { low, ...(typical === undefined ? {} : { typical }), high, kind, source };
  }

  private costKind(): [FigureKind, string?] {
    const { measures, estimate } = this.fleet;
    return measures.effectiveCost ? ['paid', estimate.effectivePriceSource] : ['listed', estimate.priceSource];
  }

  private unknown({ listCost, energy, carbon, unreadable }: FleetMeasures, instances: Points): string[] {
    return [
      ...(instances.every((value) => value === undefined)
        ? ['no instance count in this time: the fleet was not there, or its group metrics were off']
        : []),
      ...(listCost ? [] : ['list price unknown for this region and these types; nothing is invented']),
      ...(energy ? [] : ['power unknown: no model covers every type']),
      ...(energy && !carbon ? ['carbon unknown: no figure for the grid of this region'] : []),
      ...Object.entries(unreadable).map(([work, why]) => `${work} not read: ${why}`),
    ];
  }

  private metric(id: string): Points {
    const { metric, stat } = this.fleet.metrics[id];
    return this.source.points(metric, stat, timeGrid(this.time, this.time.period));
  }

  private expression(expression: string): Points {
    const query: MetricQuery = { expression, period: this.time.period };
    const [{ series }] = new MetricMathRequest([...this.queries, query], this.time, this.source).evaluate(query);
    return series.points;
  }
}

function sumOf(points: Points): { sum: number } | undefined {
  const known = points.filter((value) => value !== undefined);
  return known.length === 0 ? undefined : { sum: known.reduce((total, value) => total + value, 0) };
}

function exact(value: number, source: string): ReportFigure {
  return { low: value, high: value, kind: 'measured', source };
}

function gapsOf(points: Points, { start, period }: ReportPeriod): TimeSpan[] {
  const gaps: { from: number; to: number }[] = [];
  points.forEach((value, index) => {
    if (value === undefined) {
      const at = start + index * period;
      const last = gaps[gaps.length - 1] as { from: number; to: number } | undefined;
      if (last?.to === at) {
        last.to += period;
      } else {
        gaps.push({ from: at, to: at + period });
      }
    }
  });
  return gaps.slice(0, MAX_GAPS).map(({ from, to }) => spanOf(from, to));
}

function spanOf(from: number, to: number): TimeSpan {
  return { from: timeText(from), to: timeText(to) };
}

function timeText(seconds: number): string {
  return `${new Date(seconds * 1000).toISOString().slice(0, 16)}Z`;
}

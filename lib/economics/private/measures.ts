import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { EstimateMetrics, RangeMetrics } from '../estimate-metrics';
import { FleetMeasures, MeasuredEstimate, MeasuredMetric, MeasuredRange } from '../fleet-measures';
import { FleetWork } from '../metrics/fleet-work';

/** The expressions of a fleet's figures. */
export interface MeasuredFigures {
  readonly listCost?: RangeMetrics;
  readonly effectiveCost?: RangeMetrics;
  readonly idleCost?: RangeMetrics;
  readonly energy?: EstimateMetrics;
  readonly carbon?: EstimateMetrics;
}

/** The plain metrics that are always read, by their ids. */
type GroupMetrics = Readonly<Record<string, cloudwatch.Metric>>;

/** What a fleet's figures are made from, as plain data. */
export function measuresOf(
  fleet: string,
  group: GroupMetrics,
  work: FleetWork,
  { listCost, effectiveCost, idleCost, energy, carbon }: MeasuredFigures,
): FleetMeasures {
  const expressions = [listCost, effectiveCost, idleCost, energy, carbon].flatMap((each) =>
    each ? [each.low, each.high] : [],
  );
  const inExpressions = Object.assign({}, ...expressions.map(({ usingMetrics }) => usingMetrics)) as GroupMetrics;
  const works = Object.entries(work as Record<string, cloudwatch.IMetric | undefined>).flatMap(([name, metric]) =>
    metric ? [{ name, metric }] : [],
  );
  const metrics = { ...group, ...inExpressions };
  return {
    fleet,
    metrics: {
      ...Object.fromEntries(Object.entries(metrics).map(([id, metric]) => [id, measured(metric)])),
      ...Object.fromEntries(
        works.flatMap(({ name, metric }) => (metric instanceof cloudwatch.Metric ? [[name, measured(metric)]] : [])),
      ),
    },
    listCost: listCost && range(listCost),
    effectiveCost: effectiveCost && range(effectiveCost),
    idleCost: idleCost && range(idleCost),
    energy: energy && estimate(energy),
    carbon: carbon && estimate(carbon),
    unreadable: Object.fromEntries(
      works.flatMap(({ name, metric }) =>
        metric instanceof cloudwatch.Metric ? [] : [[name, 'the metric is an expression, not a metric of its own']],
      ),
    ),
  };
}

function measured({ namespace, metricName, dimensions = {}, statistic, region }: cloudwatch.Metric): MeasuredMetric {
  return { namespace, metricName, dimensions, statistic, region };
}

function range({ low, high }: RangeMetrics): MeasuredRange {
  return { low: low.expression, high: high.expression };
}

function estimate({ low, typical, high }: EstimateMetrics): MeasuredEstimate {
  return { low: low.expression, typical: typical.expression, high: high.expression };
}

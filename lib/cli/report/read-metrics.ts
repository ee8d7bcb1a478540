import type { MetricDataQuery, MetricDataResult } from '@aws-sdk/client-cloudwatch';
import { aggregate, MetricIdentity, MetricSource, Points, TimeGrid } from '../../economics/metric-math';
import { DataPoint } from '../../economics/metric-math/queries/aggregate';
import { AwsRegion } from '../aws/aws-region';
import { ReportPeriod } from './report-period';

/** A metric to read, under its own name. */
export interface WantedMetric {
  readonly metric: MetricIdentity;
  readonly stat: string;
}

/** CloudWatch takes 500 queries and gives 100,800 data points at a time; smaller questions are answered sooner. */
const QUERIES_AT_ONCE = 100;

/** Metrics as CloudWatch gave them for a time. */
export class ReadMetrics implements MetricSource {
  public constructor(private readonly data: ReadonlyMap<string, readonly DataPoint[]>) {}

  public points(metric: MetricIdentity, stat: string, grid: TimeGrid): Points {
    return aggregate(this.data.get(keyOf({ metric, stat })) ?? [], stat, grid);
  }
}

/**
 * Reads metrics over a time, in as few questions as it takes.
 *
 * @throws AwsRefusal when CloudWatch does not answer
 */
export async function readMetrics(
  aws: AwsRegion,
  wanted: readonly WantedMetric[],
  time: ReportPeriod,
): Promise<ReadMetrics> {
  const distinct = [...new Map(wanted.map((each) => [keyOf(each), each])).values()];
  const data = new Map<string, DataPoint[]>();
  for (let index = 0; index < distinct.length; index += QUERIES_AT_ONCE) {
    const some = distinct.slice(index, index + QUERIES_AT_ONCE);
    const results = await resultsOf(aws, some, time);
    for (const { Id, Timestamps = [], Values = [] } of results) {
      const key = keyOf(some[Number(Id?.slice(1))]);
      const points = Timestamps.map((timestamp, at) => ({ timestamp: timestamp.getTime() / 1000, value: Values[at] }));
      data.set(key, [...(data.get(key) ?? []), ...points]);
    }
  }
  return new ReadMetrics(data);
}

function resultsOf(
  aws: AwsRegion,
  wanted: readonly WantedMetric[],
  { start, end, period }: ReportPeriod,
): Promise<MetricDataResult[]> {
  return aws.all(
    'cloudwatch:GetMetricData',
    ({ sdk, cloudWatch, signal }) =>
      sdk.paginateGetMetricData(
        { client: cloudWatch },
        {
          MetricDataQueries: wanted.map((each, index) => queryOf(each, index, period)),
          StartTime: new Date(start * 1000),
          EndTime: new Date(end * 1000),
          ScanBy: 'TimestampAscending',
        },
        { abortSignal: signal },
      ),
    ({ MetricDataResults }) => MetricDataResults,
  );
}

function queryOf({ metric, stat }: WantedMetric, index: number, period: number): MetricDataQuery {
  return {
    Id: `m${index}`,
    MetricStat: {
      Metric: {
        Namespace: metric.namespace,
        MetricName: metric.metricName,
        Dimensions: Object.entries(metric.dimensions).map(([Name, Value]) => ({ Name, Value })),
      },
      Stat: stat,
      Period: period,
    },
  };
}

function keyOf({ metric: { namespace, metricName, dimensions }, stat }: WantedMetric): string {
  return JSON.stringify([namespace, metricName, Object.entries(dimensions).sort(), stat]);
}

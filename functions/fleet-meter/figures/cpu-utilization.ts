import { CloudWatchClient, GetMetricDataCommand, MetricDataQuery, MetricDataResult } from '@aws-sdk/client-cloudwatch';
import { chunksOf } from '../chunks-of';

/** The most that GetMetricData takes in one request. */
const QUERIES_PER_REQUEST = 500;

/** Basic monitoring, which is free, has a data point of each instance for each five minutes, some minutes late. */
const PERIOD_SECONDS = 300;
const PERIOD_MILLISECONDS = PERIOD_SECONDS * 1000;

/** Periods of which one must have a data point. */
const PERIODS = 4;

/**
 * The last known CPU utilization of each group before a moment, 0 to 1. It is the average over its instances, whatever
 * their size.
 *
 * A period is taken five minutes after its end: before, it has the few instances that have reported already, and what is
 * published of them would stay. A group without a data point in the four periods before that is absent.
 */
export async function cpuUtilization(
  client: CloudWatchClient,
  time: Date,
  groups: readonly string[],
  signal: AbortSignal,
): Promise<Map<string, number>> {
  const found = new Map<string, number>();
  const excluded = Math.floor(time.getTime() / PERIOD_MILLISECONDS) - 1;
  const end = new Date(excluded * PERIOD_MILLISECONDS);
  const start = new Date((excluded - PERIODS) * PERIOD_MILLISECONDS);
  for (const chunk of chunksOf(groups, QUERIES_PER_REQUEST)) {
    let nextToken: string | undefined;
    do {
      const request = new GetMetricDataCommand({
        MetricDataQueries: chunk.map(query),
        StartTime: start,
        EndTime: end,
        ScanBy: 'TimestampDescending',
        NextToken: nextToken,
      });
      const { MetricDataResults: results = [], NextToken } = await client.send(request, { abortSignal: signal });
      results.forEach((result) => keepNewest(found, chunk, result));
      nextToken = NextToken;
    } while (nextToken);
  }
  return found;
}

function query(group: string, index: number): MetricDataQuery {
  return {
    Id: `cpu${index}`,
    MetricStat: {
      Metric: {
        Namespace: 'AWS/EC2',
        MetricName: 'CPUUtilization',
        Dimensions: [{ Name: 'AutoScalingGroupName', Value: group }],
      },
      Period: PERIOD_SECONDS,
      Stat: 'Average',
    },
  };
}

/** Values come newest first, on this page and over the pages. */
function keepNewest(
  found: Map<string, number>,
  groups: readonly string[],
  { Id = '', Values }: MetricDataResult,
): void {
  const group = groups[Number(Id.slice('cpu'.length))];
  const percent = Values?.[0];
  if (group !== undefined && percent !== undefined && !found.has(group)) {
    found.set(group, Math.min(Math.max(percent / 100, 0), 1));
  }
}

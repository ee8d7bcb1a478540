import { CloudWatchClient, MetricDatum, PutMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { chunksOf } from './chunks-of';

const NAMESPACE = 'GravitonFleet';

/**
 * PutMetricData takes 1,000 metrics and 1 MB in one request; with a group's name of 255 characters, the longest, 1,000 of
 * ours are 0.5 MB (https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricData.html, read 2026-11-23).
 */
const METRICS_PER_REQUEST = 1000;

/**
 * Publishes data points, each request on its own: one that fails keeps no other back.
 *
 * @throws AggregateError when a request failed
 */
export async function publishMetrics(client: CloudWatchClient, data: readonly MetricDatum[]): Promise<void> {
  const failures: unknown[] = [];
  for (const MetricData of chunksOf(data, METRICS_PER_REQUEST)) {
    try {
      await client.send(new PutMetricDataCommand({ Namespace: NAMESPACE, MetricData }));
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) {
    throw new AggregateError(failures, `${failures.length} requests to publish metrics failed`);
  }
}

/** A metric of a fleet's group, or of the meter itself. */
export function datum(dimension: string, of: string, metricName: string, value: number, time: Date): MetricDatum {
  return {
    MetricName: metricName,
    Dimensions: [{ Name: dimension, Value: of }],
    Timestamp: time,
    Value: value,
  };
}

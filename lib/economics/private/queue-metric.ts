import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as sqs from 'aws-cdk-lib/aws-sqs';

/**
 * A metric of a queue that may be shown in another region or account. The queue's own methods name it by what cannot be
 * read there unless it has a physical name; the reference of the resource becomes `Fn::GetStackOutput`.
 */
export function queueMetric(
  queue: sqs.IQueue,
  metricName: string,
  options: cloudwatch.MetricOptions = {},
): cloudwatch.Metric {
  const resource = queue.node.defaultChild;
  const name = resource instanceof sqs.CfnQueue ? resource.attrQueueName : queue.queueName;
  return new cloudwatch.Metric({
    namespace: 'AWS/SQS',
    metricName,
    dimensionsMap: { QueueName: name },
    statistic: cloudwatch.Stats.AVERAGE,
    ...options,
  }).attachTo(queue);
}

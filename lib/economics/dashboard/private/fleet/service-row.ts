import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { InferenceFleet, ScalableFleet, WorkerFleet } from '../../../../fleet';
import { queueMetric } from '../../../private/queue-metric';
import { graph, WidgetMaker } from '../widgets';
import { serverGraphs } from './server-graphs';

/** What a fleet does for those who use it. */
export function serviceRow(fleet: ScalableFleet): WidgetMaker[] {
  if (fleet instanceof InferenceFleet) {
    return [...requestGraphs(fleet), ...serverGraphs(fleet)];
  }
  return fleet instanceof WorkerFleet ? [...jobGraphs(fleet), ...serverGraphs(fleet)] : [];
}

/** Jobs of a queue that wait. */
export function waitingJobs(fleet: WorkerFleet, label: string): cloudwatch.Metric {
  return queueMetric(fleet.queue, 'ApproximateNumberOfMessagesVisible', { label });
}

function requestGraphs(fleet: InferenceFleet): WidgetMaker[] {
  const latency = (statistic: string, label: string) => fleet.metricLatency({ statistic, label });
  const counts = fleet._measuresLatency ? 'requests' : 'connections';
  return [
    graph({
      title: fleet._measuresLatency ? 'Requests' : 'Connections',
      unit: `${counts} per 5 minutes`,
      left: [fleet.metricRequests({ label: counts }), fleet.metricServerErrors({ label: 'failed' })],
    }),
    ...(fleet._measuresLatency
      ? [
          graph({
            title: 'Time to answer',
            unit: 'seconds',
            left: [latency('p50', 'median'), latency('p99', '99th percentile')],
          }),
        ]
      : []),
    graph({
      title: 'Health',
      unit: 'instances',
      left: [
        fleet.metricHealthyInstances({ statistic: 'Minimum', label: 'healthy' }),
        fleet.metricUnhealthyInstances({ statistic: 'Maximum', label: 'unhealthy' }),
      ],
    }),
  ];
}

function jobGraphs(fleet: WorkerFleet): WidgetMaker[] {
  const { queue, resultQueue, deadLetterQueue } = fleet;
  const inFlight = queueMetric(queue, 'ApproximateNumberOfMessagesNotVisible', { label: 'being worked on' });
  return [
    graph({ title: 'Jobs', unit: 'jobs', left: [waitingJobs(fleet, 'waiting'), inFlight] }),
    graph({
      title: 'Oldest waiting job',
      unit: 'seconds',
      left: [queueMetric(queue, 'ApproximateAgeOfOldestMessage', { label: 'age', statistic: 'Maximum' })],
    }),
    graph({
      title: 'Jobs done',
      unit: 'jobs per 5 minutes',
      left: [
        queueMetric(queue, 'NumberOfMessagesDeleted', { label: 'done', statistic: 'Sum' }),
        queueMetric(resultQueue, 'NumberOfMessagesSent', { label: 'results', statistic: 'Sum' }),
      ],
    }),
    graph({
      title: deadLetterQueue ? 'Dead jobs and waiting results' : 'Waiting results',
      unit: 'messages',
      left: [
        ...(deadLetterQueue
          ? [
              queueMetric(deadLetterQueue, 'ApproximateNumberOfMessagesVisible', {
                label: 'dead jobs',
                statistic: 'Maximum',
              }),
            ]
          : []),
        queueMetric(resultQueue, 'ApproximateNumberOfMessagesVisible', { label: 'results that wait for a reader' }),
      ],
    }),
  ];
}

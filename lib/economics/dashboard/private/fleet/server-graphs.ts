import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { InstanceFleet } from '../../../../fleet';
import { PERIOD } from '../../../metrics/group-series';
import { graph, WidgetMaker } from '../widgets';

/** What the built-in server publishes; nothing of another runtime. */
export function serverGraphs(fleet: InstanceFleet): WidgetMaker[] {
  const { _serverMetrics: server } = fleet;
  if (server === undefined) {
    return [];
  }
  return [
    graph({
      title: 'Tokens',
      unit: 'tokens per second',
      left: [
        perSecond('prompts', server.promptTokens(), 'of prompts'),
        perSecond('generated', server.generatedTokens(), 'generated'),
      ],
    }),
    graph({
      title: 'Time to first token',
      unit: 'seconds',
      left: medianAndLate((options) => server.timeToFirstToken(options)),
    }),
    graph({
      title: 'Time per output token',
      unit: 'seconds',
      left: medianAndLate((options) => server.timePerOutputToken(options)),
    }),
    graph({
      title: 'Requests of an instance',
      unit: 'requests, average of the instances',
      left: [
        server.requestsWorkedOn({ label: 'being worked on' }),
        server.requestsQueued({ label: 'waiting for a slot' }),
      ],
      stacked: true,
    }),
    graph({
      title: 'Restarts',
      unit: 'processes per 5 minutes',
      left: [fleet.metricRuntimeCrashes({ label: 'restarted after a crash' })],
    }),
  ];
}

function perSecond(id: string, tokens: cloudwatch.Metric, label: string): cloudwatch.MathExpression {
  const expression = `${id} / PERIOD(${id})`;
  return new cloudwatch.MathExpression({ expression, usingMetrics: { [id]: tokens }, label, period: PERIOD });
}

function medianAndLate(metric: (options: cloudwatch.MetricOptions) => cloudwatch.Metric): cloudwatch.Metric[] {
  return [metric({ statistic: 'p50', label: 'median' }), metric({ statistic: 'p99', label: '99th percentile' })];
}

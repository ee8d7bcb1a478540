import { Stack } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { InferenceFleet } from '../../fleet';
import { FleetEconomics } from '../fleet-economics';
import { explanation } from './explanation';

/** CloudWatch's grid has 24 columns. */
const FULL_WIDTH = 24;
const THIRD = 8;

/** The rows of one fleet: explanation, service, capacity with power and cost. */
export function fleetWidgets(fleet: InferenceFleet, economics: FleetEconomics): cloudwatch.IWidget[][] {
  return [
    [new cloudwatch.TextWidget({ markdown: explanation(economics), width: FULL_WIDTH, height: 5 })],
    serviceWidgets(fleet),
    [capacityWidget(economics), ...powerWidgets(economics), ...costWidgets(economics)],
  ];
}

function serviceWidgets(fleet: InferenceFleet): cloudwatch.IWidget[] {
  const latency = (statistic: string, label: string) => fleet.metricLatency({ statistic, label });
  return [
    graph('Requests', 'requests per 5 minutes', [
      fleet.metricRequests({ label: 'requests' }),
      fleet.metricServerErrors({ label: 'failed' }),
    ]),
    ...(fleet._measuresLatency
      ? [graph('Time to answer', 'seconds', [latency('p50', 'median'), latency('p99', '99th percentile')])]
      : []),
    graph('Health', 'instances', [
      fleet.metricHealthyInstances({ statistic: 'Minimum', label: 'healthy' }),
      fleet.metricUnhealthyInstances({ statistic: 'Maximum', label: 'unhealthy' }),
    ]),
  ];
}

function capacityWidget(economics: FleetEconomics): cloudwatch.IWidget {
  return new cloudwatch.GraphWidget({
    title: 'Capacity',
    width: THIRD,
    region: Stack.of(economics.fleet).region,
    left: [economics.metricInstances().with({ label: 'in service' })],
    leftYAxis: { label: 'instances', min: 0, showUnits: false },
    right: [economics.metricCpuUtilization().with({ label: 'CPU' })],
    rightYAxis: { label: 'percent', min: 0, max: 100, showUnits: false },
  });
}

function powerWidgets(economics: FleetEconomics): cloudwatch.IWidget[] {
  const power = economics.metricPower();
  return power ? [graph('Power (estimate)', 'watts', [power.low, power.typical, power.high])] : [];
}

function costWidgets(economics: FleetEconomics): cloudwatch.IWidget[] {
  const cost = economics.metricListCost();
  return cost ? [graph('List price, not the bill', 'USD per hour', [...new Set([cost.low, cost.high])])] : [];
}

function graph(title: string, label: string, left: cloudwatch.IMetric[]): cloudwatch.IWidget {
  return new cloudwatch.GraphWidget({ title, width: THIRD, left, leftYAxis: { label, min: 0, showUnits: false } });
}

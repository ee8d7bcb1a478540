import { Token } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { FleetEconomics } from '../../../fleet-economics';
import { regionOf } from '../fleet-place';
import { Section } from '../pages';
import { graph, headedRows, text, WidgetMaker } from '../widgets';
import { explanation } from './explanation';
import { serviceRow } from './service-row';

/** What a fleet does, has, draws and costs, and how each figure is made: one section, which stays together. */
export function fleetSection(economics: FleetEconomics): Section {
  const { fleet } = economics;
  return [
    [text(fleetHeading(economics))],
    ...headedRows('Service', serviceRow(fleet)),
    ...headedRows('Capacity', capacityRow(economics)),
    ...headedRows('Power (estimate)', powerRow(economics)),
    ...headedRows('Cost', costRow(economics)),
    [text(explanation(economics))],
  ];
}

function fleetHeading({ fleet }: FleetEconomics): string {
  const { instanceTypes, minInstances, maxInstances } = fleet.capacity;
  return `## ${fleet.node.path}\n${minInstances} to ${maxInstances} instances of ${instanceTypes.join(', ')} in ${regionOf(fleet)}.`;
}

function capacityRow(economics: FleetEconomics): WidgetMaker[] {
  const { maxInstances } = economics.fleet.capacity;
  const most = Token.isUnresolved(maxInstances) ? [] : [{ value: maxInstances, label: `most (${maxInstances})` }];
  return [
    graph({
      title: 'Instances',
      unit: 'instances',
      left: [economics.metricInstances().with({ label: 'in service' })],
      annotations: most,
    }),
    graph({
      title: 'CPU utilization',
      unit: 'percent',
      left: [economics.metricCpuUtilization().with({ label: 'CPU' })],
      max: 100,
    }),
  ];
}

function powerRow(economics: FleetEconomics): WidgetMaker[] {
  const power = economics.metricPower();
  return power
    ? [graph({ title: 'Power (estimate)', unit: 'watts', left: [power.low, power.typical, power.high] })]
    : [];
}

function costRow(economics: FleetEconomics): WidgetMaker[] {
  const cost = economics.metricListCost();
  return cost
    ? [graph({ title: 'List price, not the bill', unit: 'USD per hour', left: different(cost.low, cost.high) })]
    : [];
}

function different(...metrics: cloudwatch.IMetric[]): cloudwatch.IMetric[] {
  return [...new Set(metrics)];
}

import { Token } from 'aws-cdk-lib';
import { FleetEconomics } from '../../../fleet-economics';
import { gauge, graph, WidgetMaker } from '../widgets';

/** How many instances a fleet has, and how busy they are. */
export function capacityRow(economics: FleetEconomics): WidgetMaker[] {
  const { maxInstances } = economics.fleet.capacity;
  return [
    graph({
      title: 'Instances',
      unit: 'instances',
      left: [economics.metricInstances().with({ label: 'in service' })],
      annotations: Token.isUnresolved(maxInstances) ? [] : [{ value: maxInstances, label: `at most ${maxInstances}` }],
    }),
    graph({
      title: 'CPU utilization',
      unit: 'percent',
      left: [economics.metricCpuUtilization().with({ label: 'CPU' })],
      max: 100,
    }),
    gauge('Idle CPU now, percent', economics.metricIdleShare().with({ label: 'idle' })),
  ];
}

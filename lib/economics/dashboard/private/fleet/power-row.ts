import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { EstimateMetrics } from '../../../estimate-metrics';
import { FleetEconomics } from '../../../fleet-economics';
import { graph, WidgetMaker } from '../widgets';

/** Periods of five minutes in an hour. */
const PERIODS_PER_HOUR = 12;

/** What a fleet draws; nothing when its power is not known. */
export function powerRow(economics: FleetEconomics): WidgetMaker[] {
  const energy = economics.metricEnergy();
  return [
    ...estimateGraph('Power (estimate)', 'watts', economics.metricPower()),
    ...estimateGraph('Energy since the left edge (estimate)', 'kWh', energy && accumulated(energy, 1)),
    ...estimateGraph('Energy per request (estimate)', 'Wh', economics.metricEnergyPerRequest()),
    ...estimateGraph('Energy per job (estimate)', 'Wh', economics.metricEnergyPerJob()),
    ...estimateGraph('Energy per million tokens (estimate)', 'kWh', economics.metricEnergyPerMillionTokens()),
  ];
}

/** What the electricity of a fleet emits; nothing when its power or its grid is not known. */
export function carbonRow(economics: FleetEconomics): WidgetMaker[] {
  const carbon = economics.metricCarbon();
  return [
    ...estimateGraph('Carbon (estimate)', 'g CO2e per hour', carbon),
    ...estimateGraph(
      'Carbon since the left edge (estimate)',
      'kg CO2e',
      carbon && accumulated(carbon, PERIODS_PER_HOUR * 1000),
    ),
  ];
}

function estimateGraph(title: string, unit: string, estimate: EstimateMetrics | undefined): WidgetMaker[] {
  if (estimate === undefined) {
    return [];
  }
  const { low, typical, high } = estimate;
  const bounds = { high, typical, low };
  return [graph({ title, unit, left: Object.entries(bounds).map(([label, metric]) => metric.with({ label })) })];
}

/** The sums from the left edge of a graph on, of figures of five minutes each. */
function accumulated(estimate: EstimateMetrics, divisor: number): EstimateMetrics {
  const sum = (id: keyof EstimateMetrics) =>
    new cloudwatch.MathExpression({
      expression: divisor === 1 ? `RUNNING_SUM(${id})` : `RUNNING_SUM(${id}) / ${divisor}`,
      usingMetrics: { [id]: estimate[id] },
    });
  return { low: sum('low'), typical: sum('typical'), high: sum('high') };
}

import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { RangeMetrics } from '../../../estimate-metrics';
import { FleetEconomics } from '../../../fleet-economics';
import { CostBasis } from '../../../metrics/cost-basis';
import { graph, WidgetMaker } from '../widgets';

/** What a fleet costs; nothing of what is not known. */
export function costRow(economics: FleetEconomics): WidgetMaker[] {
  const list = economics.metricListCost();
  const effective = economics.metricEffectiveCost();
  const basis = economics.costBasis === CostBasis.EFFECTIVE ? 'effective' : 'list price, not the bill';
  return [
    ...costGraph(
      effective ? 'List price and effective cost' : 'List price, not the bill',
      'USD per hour',
      list,
      effective,
    ),
    ...costGraph(`Cost per 1,000 requests (${basis})`, 'USD', economics.metricCostPerThousandRequests()),
    ...costGraph(`Cost per 1,000 jobs (${basis})`, 'USD', economics.metricCostPerThousandJobs()),
    ...costGraph(`Cost per million tokens (${basis})`, 'USD', economics.metricCostPerMillionTokens()),
    ...costGraph(`Cost of idle CPU (${basis})`, 'USD per hour', economics.metricIdleCost()),
    ...costGraph('Spot below list price', 'USD per hour', economics.metricSpotSaving()),
  ];
}

function costGraph(title: string, unit: string, ...ranges: (RangeMetrics | undefined)[]): WidgetMaker[] {
  const left: cloudwatch.IMetric[] = [...new Set(ranges.flatMap((range) => (range ? [range.low, range.high] : [])))];
  return left.length > 0 ? [graph({ title, unit, left })] : [];
}

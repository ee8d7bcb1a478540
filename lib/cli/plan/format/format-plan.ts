import { row } from '../../row';
import { ExceededQuota, PlanReport, PlanTotals, StackPlan } from '../plan-report';
import { greatestUsdPerMonth, greatestWatts } from '../totals';
import { formatStack, quotaText } from './format-stack';
import { count, range, some } from './text';

const MOST_NAMES = 3;

/** A plan for people: every fleet, then the totals. */
export function formatPlan(report: PlanReport): string {
  return [...report.stacks.map(formatStack), formatTotals(report)].join('\n\n');
}

/** A line for each fleet, then the totals. */
export function formatSummary(report: PlanReport): string {
  return [...report.stacks.flatMap(fleetLines), '', formatTotals(report)].join('\n');
}

function fleetLines({ fleets, region, warnings }: StackPlan): string[] {
  return fleets.map((fleet) => {
    const { size, instanceTypes } = fleet;
    const usd = greatestUsdPerMonth(fleet);
    const watts = greatestWatts(fleet);
    return [
      `${fleet.fleet}: ${size.instances ? range(size.instances, 0) : 'an unknown number'} of ${some(
        instanceTypes.map(({ instanceType }) => instanceType),
        MOST_NAMES,
      )}`,
      region ?? 'any region',
      usd === undefined ? 'price unknown' : `up to ${usd.toFixed(0)} USD per month`,
      watts === undefined ? 'power unknown' : `up to ${watts.toFixed(0)} W (estimate)`,
      ...(warnings.length > 0 ? [count(warnings.length, 'warning')] : []),
    ].join('; ');
  });
}

function formatTotals({ environments, totals }: PlanReport): string {
  const parts = environments.length > 1 ? environments : [];
  return [
    ...parts.map((part) => [`Environment ${part.environment}`, ...totalRows(part)].join('\n')),
    ['Total', ...totalRows(totals)].join('\n'),
  ].join('\n\n');
}

function totalRows(totals: PlanTotals): string[] {
  const { fleets, stacks, instances, vcpus, unknown } = totals;
  const of = `${count(fleets, 'fleet')} in ${count(stacks, 'stack')}`;
  return [
    row('fleets', `${of}: ${range(instances, 0)} instances, ${range(vcpus, 0)} vCPUs${except(unknown.size)}`),
    row('list price', `${range(totals.listUsdPerMonth, 0)} USD per month${except(unknown.listPrice)}`),
    ...(unknown.effectivePrice.length < fleets
      ? [
          row(
            'effective price',
            `${range(totals.effectiveUsdPerMonth, 0)} USD per month${except(unknown.effectivePrice)}`,
          ),
        ]
      : []),
    row('monitoring', `${range(totals.monitoringUsdPerMonth, 2)} USD per month`),
    row('power', `${range(totals.watts, 0)} W (estimate, idle low to full load high)${except(unknown.power)}`),
    row('carbon', `${range(totals.carbonGramsPerHour, 0)} g CO2e per hour (estimate)${except(unknown.carbon)}`),
    ...totals.exceededQuotas.map((use) => row('quota to raise', exceededText(use))),
  ];
}

function exceededText(use: ExceededQuota): string {
  return `${quotaText(use)}; account ${use.account ?? 'unknown'}, ${use.region ?? 'region unknown'}`;
}

function except(fleets: readonly string[]): string {
  return fleets.length === 0 ? '' : `, without ${count(fleets.length, 'fleet')} for which it is unknown`;
}

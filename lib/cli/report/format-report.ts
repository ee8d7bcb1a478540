import { row } from '../row';
import { FleetReport, ReportFigure, WorkReport } from './fleet-report';
import { MeterReport } from './meter-report';
import { UnreportedFleet } from './unreported-fleets';

const PER: Readonly<Record<string, string>> = {
  tokens: 'per million tokens',
  requests: 'per thousand requests',
  jobs: 'per thousand jobs',
};

/** A report for people: each figure with how it is known and from where. */
export function formatReport(report: FleetReport): string {
  const { fleet, stack, region, from, to, periodMinutes, resources } = report;
  return [
    `${fleet}: ${from} to ${to}, in ${region}, stack ${stack}`,
    ...Object.entries(resources).map(([dimension, name]) => row('read from', `${dimension} ${name}`)),
    row('data', `${report.knownPeriods} of ${report.periods} periods of ${periodMinutes} minutes`),
    ...report.gaps.map((gap) => row('gap', `${gap.from} to ${gap.to}`)),
    ...figure('instance-hours', report.instanceHours, '', 1),
    ...figure('idle CPU', report.idlePercent, '% of the instance-hours', 1),
    ...figure('cost, list', report.listCost, 'USD', 2),
    ...figure('cost, effective', report.effectiveCost, 'USD', 2),
    ...figure('of idle CPU', report.idleCost, 'USD', 2),
    ...figure('energy', report.energy, 'kWh', 2),
    ...figure('carbon', report.carbon, 'kg CO2e', 2),
    ...Object.entries(report.work).flatMap(([name, work]) => workRows(name, work)),
    ...report.notes.map((note) => row('note', note)),
  ].join('\n');
}

/** What a meter cost, for people. */
export function formatMeter({ meter, stack, fleets, cost }: MeterReport): string {
  const title = `${meter}: meter of ${fleets.length} ${fleets.length === 1 ? 'fleet' : 'fleets'}, stack ${stack}`;
  return [title, ...figure('own cost', cost, 'USD', 2)].join('\n');
}

/** A fleet that cannot be measured, for people. */
export function formatUnreported({ fleet, stack, why }: UnreportedFleet): string {
  return [`${fleet}: not reported, stack ${stack}`, row('why', why)].join('\n');
}

function workRows(name: string, { count, source, cost, energy }: WorkReport): string[] {
  const per = PER[name];
  return [
    row(name, `${count} (measured: ${source})`),
    ...figure('', cost, `USD ${per}`, 4),
    ...figure('', energy, `kWh ${per}`, 4),
  ];
}

function figure(name: string, known: ReportFigure | undefined, unit: string, digits: number): string[] {
  return known ? [row(name, `${valueText(known, unit, digits)} (${known.kind}: ${known.source})`)] : [];
}

function valueText({ low, typical, high }: ReportFigure, unit: string, digits: number): string {
  const [least, most] = [low.toFixed(digits), high.toFixed(digits)];
  const text =
    typical === undefined
      ? least === most
        ? least
        : `${least} to ${most}`
      : `${least} low, ${typical.toFixed(digits)} typical, ${most} high`;
  return unit === '' ? text : `${text} ${unit}`;
}

import { Duration } from 'aws-cdk-lib';
import { FleetMeterUsage } from '../../economics/meter/fleet-meter-usage';
import { METER_METADATA, MeterDescription } from '../../economics/meter/private/meter-metadata';
import { metadataOfType } from '../deployed/assembly-metadata';
import { HOURS_PER_MONTH } from '../plan/totals';
import { AssemblyStack } from '../preview/assembly/read-assembly';
import { FleetReport, ReportFigure } from './fleet-report';
import { ReportPeriod } from './report-period';

/** What a meter cost over the time of a report. */
export interface MeterReport {
  /** Construct path. */
  readonly meter: string;
  readonly stack: string;
  /** Construct paths of the fleets that it measures. */
  readonly fleets: readonly string[];
  /** USD, as if it was there all the time. */
  readonly cost: ReportFigure;
}

const SOURCE = 'modelled calls and run time, us-east-1 list prices 2026 without free tiers';

/** The meters of stacks; the instances of fleets that were not read count as none and as unknown. */
export function reportMeters(
  stacks: readonly AssemblyStack[],
  reports: readonly FleetReport[],
  time: ReportPeriod,
): MeterReport[] {
  const hours = (time.end - time.start) / 3600;
  const averages = new Map(
    reports.flatMap(({ fleet, instanceHours }) =>
      instanceHours ? [[fleet, instanceHours.high / hours] as const] : [],
    ),
  );
  return stacks.flatMap((stack) =>
    metadataOfType<MeterDescription>(stack, METER_METADATA).map(({ path, data }) => ({
      meter: path,
      stack: stack.artifact.stackName,
      fleets: data.fleets,
      cost: costOf(data, averages, hours),
    })),
  );
}

function costOf(
  { fleets, intervalMinutes }: MeterDescription,
  averages: ReadonlyMap<string, number>,
  hours: number,
): ReportFigure {
  const instances = Math.ceil(fleets.reduce((sum, fleet) => sum + (averages.get(fleet) ?? 0), 0));
  const unknown = fleets.filter((fleet) => !averages.has(fleet)).length;
  const { usd } = new FleetMeterUsage({
    ...{ fleets: fleets.length, instances },
    interval: Duration.minutes(intervalMinutes),
  });
  const figure = (usd * hours) / HOURS_PER_MONTH;
  const lacking = unknown > 0 ? `; without the instances of ${unknown} of ${fleets.length} fleets` : '';
  return { low: figure, high: figure, kind: 'estimated', source: `${SOURCE}${lacking}` };
}

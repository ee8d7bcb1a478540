import { UsageError } from '../usage-error';

/** A past time, in seconds since 1970, and the period in which it is read. */
export interface ReportPeriod {
  readonly start: number;
  /** Not in it. */
  readonly end: number;
  /** Seconds. */
  readonly period: number;
  /** Why it is read in this period. */
  readonly why: string;
}

export interface PeriodOptions {
  readonly from?: string;
  readonly to?: string;
  /** As the user wrote it. */
  readonly period?: string;
}

const DAY = 86_400;
/** A week, ending now. */
const DEFAULT_RANGE = 7 * DAY;
/** The period of the dashboard: EC2 publishes CPU utilization every five minutes without charge. */
const USUAL = 300;

/**
 * How long CloudWatch keeps data points of a period, in days.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_concepts.html, "Metrics retention", read 2026-11-23
 */
const RETENTION: readonly { readonly period: number; readonly days: number }[] = [
  { period: 60, days: 15 },
  { period: USUAL, days: 63 },
  { period: 3600, days: 455 },
];

const UNITS: Readonly<Record<string, number>> = { minute: 60, hour: 3600, day: DAY };

/**
 * The time of a report, on whole periods.
 *
 * @param now seconds since 1970
 * @throws UsageError with every option that is wrong
 */
export function reportPeriod({ from, to, period }: PeriodOptions, now: number): ReportPeriod {
  const problems: string[] = [];
  const end = Math.min(instant('--to', to, problems) ?? now, now);
  const start = instant('--from', from, problems) ?? end - DEFAULT_RANGE;
  const wanted = period === undefined ? undefined : seconds(period, problems);
  const kept = RETENTION.find(({ period: each, days }) => each >= USUAL && now - start <= days * DAY);
  const least = RETENTION.find(({ days }) => now - start <= days * DAY);
  if (start >= end) {
    problems.push(`--from: got a time that is not before --to and now, allowed an earlier one`);
  }
  if (!kept || !least) {
    const oldest = new Date((now - RETENTION[2].days * DAY) * 1000).toISOString().slice(0, 10);
    problems.push(`--from: got a time of which CloudWatch keeps no data, allowed one from ${oldest} on (455 days)`);
  } else if (wanted !== undefined && wanted % least.period !== 0) {
    problems.push(
      `--period: got ${wanted / 60} minutes, allowed multiples of ${least.period / 60} minutes: ` +
        'for so long ago CloudWatch keeps nothing finer (1 minute for 15 days, 5 for 63, an hour for 455)',
    );
  }
  if (problems.length > 0 || !kept) {
    throw new UsageError(problems.join('\n'));
  }
  return aligned(start, end, wanted ?? kept.period, wanted === undefined ? reason(kept.period) : 'as asked');
}

function aligned(start: number, end: number, period: number, why: string): ReportPeriod {
  const first = Math.floor(start / period) * period;
  const last = Math.floor(end / period) * period;
  if (last <= first) {
    throw new UsageError(`--from: got less than one period of ${period / 60} minutes, allowed at least one`);
  }
  return { start: first, end: last, period, why };
}

function reason(period: number): string {
  return period === USUAL
    ? 'as the dashboard has it'
    : 'for CloudWatch keeps nothing finer for more than 63 days: loads within the hour are averaged';
}

function instant(option: string, text: string | undefined, problems: string[]): number | undefined {
  if (text === undefined) {
    return undefined;
  }
  const isForm = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2})?(Z|[+-]\d{2}:\d{2}))?$/.test(text);
  const time = isForm && isDay(text.slice(0, 10)) ? Date.parse(text) / 1000 : NaN;
  if (!Number.isFinite(time)) {
    problems.push(`${option}: got ${text}, allowed a day (2026-11-01, from 00:00 UTC) or a time (2026-11-01T06:00Z)`);
    return undefined;
  }
  return Math.floor(time);
}

/** JavaScript takes 31 February for 3 March. */
function isDay(text: string): boolean {
  const time = Date.parse(text);
  return Number.isFinite(time) && new Date(time).toISOString().startsWith(text);
}

function seconds(text: string, problems: string[]): number | undefined {
  const [, count, unit] = /^(\d{1,5}) (minute|hour|day)s?$/.exec(text.trim()) ?? [];
  const length = Number(count) * UNITS[unit];
  if (!Number.isFinite(length) || length <= 0 || length > DAY) {
    problems.push(`--period: got ${text}, allowed "5 minutes", "1 hour" and the like, up to "1 day"`);
    return undefined;
  }
  return length;
}

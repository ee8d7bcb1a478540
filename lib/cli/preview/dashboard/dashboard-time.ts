import { TimeRange } from '../../../economics/metric-math';

const SECONDS: Readonly<Record<string, number>> = { W: 604_800, D: 86_400, TH: 3600, TM: 60, TS: 1 };
const DAY = 86_400;

/**
 * The time range of a dashboard or a widget: "-PT6H" before now, an ISO 8601 time, or, when it says nothing or a calendar
 * duration of months, the day before now.
 *
 * @param now seconds since 1970
 */
export function dashboardTime(
  now: number,
  { start, end }: { readonly start?: string; readonly end?: string },
): TimeRange {
  const until = (end === undefined ? undefined : pointInTime(end, now)) ?? now;
  const from = start === undefined ? undefined : pointInTime(start, now);
  return { start: from !== undefined && from < until ? from : until - DAY, end: until };
}

function pointInTime(text: string, now: number): number | undefined {
  const duration = /^-P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/.exec(text);
  if (duration) {
    const [, weeks, days, hours, minutes, seconds] = duration.map((part) => Number(part ?? 0));
    const { W, D, TH, TM, TS } = SECONDS;
    return now - (weeks * W + days * D + hours * TH + minutes * TM + seconds * TS);
  }
  const time = Date.parse(text);
  return Number.isNaN(time) ? undefined : Math.floor(time / 1000);
}

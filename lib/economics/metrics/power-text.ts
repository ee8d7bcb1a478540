import { PowerCurve } from '../../catalog';
import { literal, noneWhenEmpty, whereKnown } from './expression-text';
import { BUSY_PERCENT } from './group-series';

/** Watts of one unit of what is counted, at idle and at full load. */
export interface UnitWatts {
  readonly idle: number;
  readonly fullLoad: number;
}

/**
 * Watts of all that is counted, at their CPU utilization. Every instance is taken to be as busy as the average of the
 * group, for that is all that the free metrics tell.
 *
 * @param factor of the watts, for what is in proportion to them
 */
export function powerText(count: string, watts: UnitWatts, curve: PowerCurve, factor = ''): string {
  return noneWhenEmpty(count, whereKnown([BUSY_PERCENT], `${count} * ${unitText(watts, curve)}${factor}`));
}

/** Watts over something that is counted per period; no point where there is nothing of it, or where one is not known. */
export function powerPerText(count: string, watts: UnitWatts, curve: PowerCurve, factor: string): string {
  return whereKnown([count, BUSY_PERCENT], `${count} * ${unitText(watts, curve)}${factor}`);
}

/**
 * Watts of one unit: for each stretch of the curve a line, the first that reaches far enough counts.
 *
 * @param busy the CPU utilization in percent
 */
export function unitText(
  { idle, fullLoad }: UnitWatts,
  { _points: points }: PowerCurve,
  busy: string = BUSY_PERCENT,
): string {
  const span = fullLoad - idle;
  const lines = points.slice(1).map(([to, shareTo], index) => {
    const [from, shareFrom] = points[index];
    const slope = (shareTo - shareFrom) / (to - from);
    const start = idle + span * (shareFrom - slope * from);
    return { upToPercent: 100 * to, text: `${literal(start)} + ${literal((span * slope) / 100)} * ${busy}` };
  });
  const last = lines[lines.length - 1].text;
  const nested = lines
    .slice(0, -1)
    .reduceRight((rest, line) => `IF(${busy} < ${literal(line.upToPercent)}, ${line.text}, ${rest})`, last);
  return lines.length === 1 ? `(${nested})` : nested;
}

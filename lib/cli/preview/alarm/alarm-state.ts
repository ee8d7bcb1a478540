import { Points } from '../../../economics/metric-math';
import { AlarmState } from '../view/preview-view';
import { AlarmDefinition } from './alarm-definition';

const COMPARISONS: Readonly<
  Record<string, { readonly sign: string; readonly holds: (a: number, b: number) => boolean }>
> = {
  GreaterThanOrEqualToThreshold: { sign: '>=', holds: (value, threshold) => value >= threshold },
  GreaterThanThreshold: { sign: '>', holds: (value, threshold) => value > threshold },
  LessThanThreshold: { sign: '<', holds: (value, threshold) => value < threshold },
  LessThanOrEqualToThreshold: { sign: '<=', holds: (value, threshold) => value <= threshold },
};

/**
 * The state of an alarm after the last of these points: ALARM when so many of the evaluation periods breach. Missing
 * points are treated as the alarm says ("Configuring how CloudWatch alarms treat missing data"): as breaching or not, or
 * left out, and when all are missing the data is insufficient. CloudWatch also looks at older points when recent ones are
 * missing; this does not, and `ignore`, which keeps an earlier state, is OK when all are missing.
 */
export function alarmState(alarm: AlarmDefinition, points: Points): AlarmState {
  const { threshold, evaluationPeriods, datapointsToAlarm, treatMissingData } = alarm;
  const comparison = COMPARISONS[alarm.comparison];
  if (threshold === undefined || comparison === undefined) {
    return 'UNKNOWN';
  }
  const recent = points.slice(-evaluationPeriods);
  if (recent.every((value) => value === undefined) && treatMissingData === 'missing') {
    return 'INSUFFICIENT_DATA';
  }
  const breaching = recent.filter((value) =>
    value === undefined ? treatMissingData === 'breaching' : comparison.holds(value, threshold),
  );
  return breaching.length >= datapointsToAlarm ? 'ALARM' : 'OK';
}

/** The condition as CloudWatch's console words it. */
export function alarmCondition(alarm: AlarmDefinition, label: string, period: number): string {
  const sign = COMPARISONS[alarm.comparison]?.sign ?? alarm.comparison;
  const of = alarm.threshold === undefined ? 'its anomaly band' : String(alarm.threshold);
  const { datapointsToAlarm, evaluationPeriods } = alarm;
  const span = (evaluationPeriods * period) / 60;
  const within = span >= 1 ? `${span} ${span === 1 ? 'minute' : 'minutes'}` : `${evaluationPeriods * period} seconds`;
  return `${label} ${sign} ${of} for ${datapointsToAlarm} of ${evaluationPeriods} data points within ${within}`;
}

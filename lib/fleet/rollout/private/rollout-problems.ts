import { Duration, Token } from 'aws-cdk-lib';
import { Problem } from '../../../validation';
import { CanaryRolloutOptions, ReplaceRootVolumeOptions, RolloutAlarmOptions } from '../fleet-rollout-options';

/** https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_RefreshPreferences.html */
const MAX_ALARMS = 10;
const MAX_SPAN = 100;
const MAX_WAIT = Duration.hours(48);

/** Nothing is taken out of service before its replacement is healthy. */
export const DEFAULT_MIN_HEALTHY = 100;

/** Auto Scaling's own default for replacing root volumes. */
export const DEFAULT_MIN_HEALTHY_IN_PLACE = 90;

/** What a roll-out of a whole fleet should not take longer than by default; more instances at a time cost no more in all. */
const DEFAULT_DURATION_SECONDS = Duration.hours(2).toSeconds();
const LEAST_AT_ONCE_PERCENT = 10;
const MOST_AT_ONCE_PERCENT = 50;
const STEP_PERCENT = 5;

/**
 * One instance in ten at a time above the fleet's size, and more where replacing one takes long; or less where Auto
 * Scaling's span of 100 asks for it.
 */
export function defaultMaxHealthy(minHealthyPercentage: number, replacement = Duration.seconds(0)): number {
  const share = (100 * replacement.toSeconds()) / DEFAULT_DURATION_SECONDS;
  const rounded = Math.ceil(share / STEP_PERCENT) * STEP_PERCENT;
  const atOnce = Math.min(Math.max(rounded, LEAST_AT_ONCE_PERCENT), MOST_AT_ONCE_PERCENT);
  return Math.min(100 + atOnce, minHealthyPercentage + MAX_SPAN);
}

/** Every option of a roll-out that Auto Scaling would refuse. */
export function rolloutProblems(options: CanaryRolloutOptions): Problem[] {
  const { minHealthyPercentage: min = DEFAULT_MIN_HEALTHY, maxHealthyPercentage: max = defaultMaxHealthy(min) } =
    options;
  const problems = [
    ...rangeProblems('minHealthyPercentage', options.minHealthyPercentage, 0, 100),
    ...rangeProblems('maxHealthyPercentage', options.maxHealthyPercentage, 100, 200),
    ...rangeProblems('canaryPercentage', options.canaryPercentage, 1, 99),
    ...waitProblems('canaryTime', options.canaryTime),
  ];
  if (problems.length === 0 && max - min > MAX_SPAN) {
    const allowed = `at most ${MAX_SPAN} above minHealthyPercentage`;
    problems.push({ what: 'maxHealthyPercentage', got: `${max}`, allowed, fix: `use ${min + MAX_SPAN} or less` });
  }
  return [...problems, ...alarmProblems(options)];
}

/** Every option of replacing root volumes that Auto Scaling would refuse, or that could not be kept. */
export function replaceRootVolumeProblems(options: ReplaceRootVolumeOptions): Problem[] {
  return [...rangeProblems('minHealthyPercentage', options.minHealthyPercentage, 0, 99), ...alarmProblems(options)];
}

function alarmProblems({ alarms = [], watch = [], bakeTime }: RolloutAlarmOptions): Problem[] {
  const problems = waitProblems('bakeTime', bakeTime);
  // Whether a fleet has what else is recommended is only known to the fleet.
  const asked = watch.filter(({ _terms: terms }) => !terms.yields);
  const count = alarms.length + asked.length;
  if (count > MAX_ALARMS) {
    const what = asked.length > 0 ? 'alarms and watch' : 'alarms';
    const fix = 'combine alarms in a composite alarm';
    problems.push({ what, got: `${count} alarms`, allowed: `at most ${MAX_ALARMS}`, fix });
  }
  const names = asked.map(({ _name: name }) => name);
  for (const name of new Set(names.filter((each, index) => names.indexOf(each) !== index))) {
    problems.push({ what: 'watch', got: `${name} more than once`, allowed: 'each kind once', fix: 'leave one out' });
  }
  return problems;
}

/** A percentile is part of a statistic's name, which must be known. */
export function percentileProblems(percentile: number): Problem[] {
  if (percentile >= 1 && percentile <= 99 && !Token.isUnresolved(percentile)) {
    return [];
  }
  const got = Token.isUnresolved(percentile) ? 'a number that is only known at deployment' : `${percentile}`;
  return [{ what: 'percentile', got, allowed: 'a number from 1 to 99', fix: 'give a number in that range' }];
}

function rangeProblems(what: string, value: number | undefined, low: number, high: number): Problem[] {
  if (value === undefined || Token.isUnresolved(value) || (Number.isInteger(value) && value >= low && value <= high)) {
    return [];
  }
  return [{ what, got: `${value}`, allowed: `${low} to ${high}`, fix: 'give a whole number of percent in that range' }];
}

function waitProblems(what: string, value: Duration | undefined): Problem[] {
  if (value === undefined || value.isUnresolved() || value.toMilliseconds() <= MAX_WAIT.toMilliseconds()) {
    return [];
  }
  return [{ what, got: value.toHumanString(), allowed: 'at most 48 hours', fix: 'use a shorter time' }];
}

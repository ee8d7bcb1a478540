import { Duration, Token } from 'aws-cdk-lib';
import { Problem } from '../../validation';
import { CanaryRolloutOptions, ReplaceRootVolumeOptions, RolloutAlarmOptions } from '../fleet-rollout-options';

/** https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_RefreshPreferences.html */
const MAX_ALARMS = 10;
const MAX_SPAN = 100;
const MAX_WAIT = Duration.hours(48);

/** Nothing is taken out of service before its replacement is healthy. */
export const DEFAULT_MIN_HEALTHY = 100;

/** Auto Scaling's own default for replacing root volumes. */
export const DEFAULT_MIN_HEALTHY_IN_PLACE = 90;

/** One instance in ten at a time above the fleet's size, or less where Auto Scaling's span of 100 asks for it. */
export function defaultMaxHealthy(minHealthyPercentage: number): number {
  return Math.min(110, minHealthyPercentage + MAX_SPAN);
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

function alarmProblems({ alarms = [], bakeTime }: RolloutAlarmOptions): Problem[] {
  const problems = waitProblems('bakeTime', bakeTime);
  if (alarms.length > MAX_ALARMS) {
    const fix = 'combine alarms in a composite alarm';
    problems.push({ what: 'alarms', got: `${alarms.length} alarms`, allowed: `at most ${MAX_ALARMS}`, fix });
  }
  return problems;
}

function rangeProblems(what: string, value: number | undefined, low: number, high: number): Problem[] {
  if (value === undefined || Token.isUnresolved(value) || (Number.isInteger(value) && value >= low && value <= high)) {
    return [];
  }
  return [{ what, got: `${value}`, allowed: `${low} to ${high}`, fix: 'give a whole number of percent in that range' }];
}

function waitProblems(what: string, value: Duration | undefined): Problem[] {
  if (value === undefined || value.isUnresolved() || value.toSeconds() <= MAX_WAIT.toSeconds()) {
    return [];
  }
  return [{ what, got: value.toHumanString(), allowed: 'at most 48 hours', fix: 'use a shorter time' }];
}

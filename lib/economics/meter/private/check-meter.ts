import { Duration, Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { durationProblems } from '../../../fleet/private/range-problems';
import { FleetConfigError, Problem } from '../../../validation';
import { FleetMeterProps } from '../fleet-meter-props';

/** The data points of a run are 5,001 with them, and 10,000 metrics the first tier of CloudWatch's price. */
export const MOST_FLEETS = 500;

/** @throws FleetConfigError with every problem of the properties */
export function checkMeter(meter: Construct, { fleets, interval }: FleetMeterProps): void {
  const problems = [
    ...fleetCountProblems(fleets.length),
    ...fleets.flatMap((_fleet, index) => fleetProblems(meter, fleets, index)),
    ...intervalProblems(interval),
  ];
  if (problems.length > 0) {
    throw new FleetConfigError(meter.node.path, problems);
  }
}

function fleetCountProblems(count: number): Problem[] {
  const allowed = `1 to ${MOST_FLEETS} fleets`;
  if (count === 0) {
    return [{ what: 'fleets', got: 'none', allowed, fix: 'give the fleets to measure' }];
  }
  return count > MOST_FLEETS
    ? [{ what: 'fleets', got: `${count}`, allowed, fix: 'make another meter for the others' }]
    : [];
}

function fleetProblems(meter: Construct, fleets: FleetMeterProps['fleets'], index: number): Problem[] {
  const what = `fleets[${index}]`;
  const fleet = fleets[index];
  const [theirs, ours] = [Stack.of(fleet), Stack.of(meter)];
  const problems: Problem[] = [];
  if (fleets.indexOf(fleet) < index) {
    const fix = 'name it once: its metrics would have two values';
    problems.push({ what, got: `${fleet.node.path} again`, allowed: 'each fleet once', fix });
  }
  for (const part of ['region', 'account'] as const) {
    if (theirs[part] !== ours[part]) {
      problems.push({
        what,
        got: `${fleet.node.path}, whose stack has another ${part}`,
        allowed: `fleets of the meter's own ${part}`,
        fix: `make a meter for each ${part}`,
      });
    }
  }
  return problems;
}

/** What is wrong with the time between two measurements. */
export function intervalProblems(interval: Duration | undefined): Problem[] {
  const [least, most] = [Duration.minutes(1), Duration.hours(1)];
  const problems = durationProblems('interval', interval, least, most);
  if (interval === undefined || problems.length > 0 || interval.toMilliseconds() % 60_000 === 0) {
    return problems;
  }
  const fix = 'give whole minutes, the finest that a schedule knows';
  return [{ what: 'interval', got: interval.toHumanString(), allowed: 'whole minutes', fix }];
}

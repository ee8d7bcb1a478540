import { Annotations, Duration, Token } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { FleetCapacity } from '../../fleet-capacity';
import { FleetRollout } from '../fleet-rollout';
import { instancesAtOnce, rolloutDuration } from './rollout-duration';
import { RolloutFigures } from './rollout-figures';

interface RolloutSurroundings {
  readonly rollout: FleetRollout;
  readonly capacity: FleetCapacity;
  readonly figures: RolloutFigures;
}

/**
 * How long a job of GitHub's own runners may take, which most deployments have to end within.
 * https://docs.github.com/en/actions/reference/limits
 */
const LONGEST_DEPLOYMENT = Duration.hours(6);

/**
 * How long Auto Scaling replaces instances at most, and how long it waits for new ones that are not healthy.
 * https://docs.aws.amazon.com/autoscaling/ec2/userguide/instance-refresh-overview.html#instance-refresh-limitations
 */
const LONGEST_REFRESH = Duration.days(14);
const LONGEST_START = Duration.hours(1);

/** Says where a roll-out watches an instance for less than its start, and where it takes longer than it may. */
export function annotateRollout(fleet: Construct, surroundings: RolloutSurroundings): void {
  const warn = (id: string, text: string): void => Annotations.of(fleet).addWarningV2(`cdk-graviton-fleet:${id}`, text);
  annotateWaits(surroundings, warn);
  annotateDuration(surroundings, warn);
}

type Warn = (id: string, text: string) => void;

function annotateWaits({ rollout: { _refresh: refresh }, figures: { coldStart } }: RolloutSurroundings, warn: Warn) {
  const shorter = (wait?: Duration): wait is Duration =>
    wait !== undefined && !wait.isUnresolved() && wait.toSeconds({ integral: false }) < coldStart.toSeconds();
  const start = `a cold start (${coldStart.toHumanString()})`;
  if (shorter(refresh.checkpointDelay)) {
    const wait = refresh.checkpointDelay.toHumanString();
    warn('shortCanary', `The canaries of a roll-out are watched for ${wait}, which is less than ${start}.`);
  }
  if (shorter(refresh.bakeTime)) {
    warn('shortBake', `The bake time of a roll-out, ${refresh.bakeTime.toHumanString()}, is less than ${start}.`);
  }
}

function annotateDuration({ rollout, capacity: { maxInstances }, figures }: RolloutSurroundings, warn: Warn): void {
  const { _refresh: refresh } = rollout;
  const { coldStart, replacement } = figures;
  if (coldStart.toSeconds() > LONGEST_START.toSeconds()) {
    const start = coldStart.toHumanString();
    warn('startFailsRollout', `A cold start takes ${start}, but Auto Scaling gives up a roll-out after an hour of it.`);
  }
  if (Token.isUnresolved(maxInstances) || hasUnknownShares(rollout)) {
    return;
  }
  const duration = rolloutDuration(refresh, maxInstances, figures);
  if (duration.toSeconds() <= LONGEST_DEPLOYMENT.toSeconds()) {
    return;
  }
  const hours = Math.round(duration.toHours({ integral: false }));
  const limit =
    duration.toSeconds() > LONGEST_REFRESH.toSeconds()
      ? 'Auto Scaling gives up after 14 days'
      : "CloudFormation waits for it, and so must the job that deploys (GitHub's own runners end theirs after 6 hours)";
  warn(
    'longRollout',
    `A roll-out of ${maxInstances} instances takes about ${hours} hours (modelled: ${instancesAtOnce(refresh, maxInstances)} ` +
      `at a time, ${replacement.toHumanString()} each, and its pauses). ${limit}: raise maxHealthyPercentage, or shorten ` +
      'the cold start or the drain.',
  );
}

function hasUnknownShares({ _refresh: { minHealthyPercentage, maxHealthyPercentage } }: FleetRollout): boolean {
  return Token.isUnresolved(minHealthyPercentage) || Token.isUnresolved(maxHealthyPercentage);
}

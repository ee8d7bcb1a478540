import { Duration, Token } from 'aws-cdk-lib';
import * as autoscaling from 'aws-cdk-lib/aws-autoscaling';
import { RolloutFigures } from './rollout-figures';

/**
 * How many instances a roll-out replaces at a time: those above the fleet's size, and those that it may lack; one at least,
 * which is also the least that figures can mean which are only known at deployment.
 * https://docs.aws.amazon.com/autoscaling/ec2/userguide/instance-refresh-overview.html
 */
export function instancesAtOnce(refresh: autoscaling.InstanceRefreshOptions, instances: number): number {
  const { minHealthyPercentage = 100, maxHealthyPercentage = 100 } = refresh;
  if ([instances, minHealthyPercentage, maxHealthyPercentage].some((value) => Token.isUnresolved(value))) {
    return 1;
  }
  const above = Math.floor((instances * (maxHealthyPercentage - 100)) / 100);
  const below = Math.floor((instances * (100 - minHealthyPercentage)) / 100);
  return Math.max(1, above + below);
}

/** How long a roll-out of so many instances takes when each step does: a model, without the launches that fail. */
export function rolloutDuration(
  refresh: autoscaling.InstanceRefreshOptions,
  instances: number,
  { replacement }: RolloutFigures,
): Duration {
  const batches = Math.ceil(instances / instancesAtOnce(refresh, instances));
  const { checkpointDelay, checkpointPercentages = [], bakeTime } = refresh;
  const pauses = checkpointPercentages.filter((percentage) => percentage < 100).length;
  const seconds =
    batches * replacement.toSeconds() + pauses * secondsOf(checkpointDelay) + (bakeTime ? secondsOf(bakeTime) : 0);
  return Duration.seconds(seconds);
}

/** A time that is only known at deployment counts for nothing: the least that it can be. */
function secondsOf(time: Duration = Duration.seconds(0)): number {
  return time.isUnresolved() ? 0 : Math.ceil(time.toSeconds({ integral: false }));
}

import { GroupFacts } from './group-facts';

/**
 * Rebalancing launches before it terminates, and "can exceed your group's size limits by up to 10 percent of its maximum
 * capacity", or by one instance where that is more. It happens for zones, for Spot instances at risk (then 10 % of the
 * wanted size), and when the purchase options change.
 * https://docs.aws.amazon.com/autoscaling/ec2/userguide/instance-maintenance-policy-overview-and-considerations.html
 * https://docs.aws.amazon.com/autoscaling/ec2/userguide/as-instance-termination.html
 * Both read 2026-11-23.
 */
const REBALANCING_PERCENT = 10;

/**
 * Units that a group can have for as long as it likes when its greatest size is this.
 *
 * With weights "the hard limit enforced by Amazon EC2 Auto Scaling is a value that is equal to your desired capacity plus
 * your largest weight":
 * https://docs.aws.amazon.com/autoscaling/ec2/userguide/asg-instance-weighting.html, as awsdocs/amazon-ec2-auto-scaling-user-guide
 * has it, read 2026-11-23.
 */
export function lastingUnits(limit: number, facts: GroupFacts): number {
  const overage = facts.weighted ? facts.largestWeight : 0;
  // A pool has what is missing to its greatest number, and never less than its least one:
  // https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_PutWarmPool.html, read 2026-11-23.
  const waiting = (facts.warmPool?.least ?? 0) * facts.largestWeight;
  return limit + overage + waiting;
}

/**
 * Units that a group can have at any moment: rebalancing, a roll-out and draining all at once, because AWS does not say
 * that one waits for the other. A roll-out may have "the maximum percentage of the group that can be in service and
 * healthy, or pending", of the group and of its warm pool apart (same page as above).
 */
export function momentaryUnits(limit: number, facts: GroupFacts, drainingPercentage: number): number {
  const lasting = lastingUnits(limit, facts);
  const share = (percentage: number) => Math.ceil((lasting * percentage) / 100);
  const atLeastOneInstance = (percentage: number) =>
    percentage > 0 ? Math.max(share(percentage), facts.largestWeight) : 0;
  return (
    lasting +
    atLeastOneInstance(REBALANCING_PERCENT) +
    atLeastOneInstance(facts.surgePercentage) +
    share(drainingPercentage)
  );
}

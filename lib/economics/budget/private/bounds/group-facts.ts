import { Token } from 'aws-cdk-lib';
import * as autoscaling from 'aws-cdk-lib/aws-autoscaling';
import { ScalableFleet } from '../../../../fleet';

/** What decides how far a group may go beyond its greatest size. */
export interface GroupFacts {
  /** Whether types count differently. */
  readonly weighted: boolean;
  /** Units that the largest type counts as: 1 when instances are counted. */
  readonly largestWeight: number;
  /** By how much a roll-out may exceed the wanted size, in percent. */
  readonly surgePercentage: number;
  /** The group's warm pool. */
  readonly warmPool?: WarmPoolFacts;
}

/** How many instances wait. */
export interface WarmPoolFacts {
  readonly resource: autoscaling.CfnWarmPool;
  readonly running: boolean;
  /** Instances that wait however many are in service. */
  readonly least: number;
  /** Instances in service and waiting together; nothing when it is the group's greatest size. */
  readonly mostPrepared?: number;
}

/** The group of a fleet as CloudFormation gets it. */
export function groupResource({ autoScalingGroup }: ScalableFleet): autoscaling.CfnAutoScalingGroup {
  return autoScalingGroup.node.defaultChild as autoscaling.CfnAutoScalingGroup;
}

/** Reads a group's behaviour off its resources, which say what Auto Scaling is told. */
export function groupFacts(fleet: ScalableFleet): GroupFacts {
  const { size, instanceTypes } = fleet.capacity;
  const refresh = groupResource(fleet).cfnOptions.updatePolicy?.autoScalingInstanceRefresh;
  const weights = instanceTypes.map((type) => size._weightOf(type) ?? 1);
  return {
    weighted: size._weighing !== undefined,
    largestWeight: Math.max(1, ...weights),
    surgePercentage: (refresh?.preferences?.maxHealthyPercentage ?? 100) - 100,
    warmPool: warmPoolFacts(fleet),
  };
}

function warmPoolFacts(fleet: ScalableFleet): WarmPoolFacts | undefined {
  const resource = fleet.node.findAll().find(isWarmPool);
  return (
    resource && {
      resource,
      running: resource.poolState === autoscaling.PoolState.RUNNING,
      least: resource.minSize ?? 0,
      mostPrepared: resource.maxGroupPreparedCapacity,
    }
  );
}

function isWarmPool(construct: unknown): construct is autoscaling.CfnWarmPool {
  return construct instanceof autoscaling.CfnWarmPool;
}

/** Whether a size of the group is only known at deployment. */
export function hasUnknownSize({ capacity }: ScalableFleet, { warmPool }: GroupFacts): boolean {
  const { min, max } = capacity.size;
  const sizes = [min, max, capacity._onDemandBase, warmPool?.least, warmPool?.mostPrepared];
  return sizes.some((size) => Token.isUnresolved(size));
}

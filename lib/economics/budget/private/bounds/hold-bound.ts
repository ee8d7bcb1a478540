import { Annotations, AspectPriority, Aspects, IAspect, Reference, Stage, Token, Tokenization } from 'aws-cdk-lib';
import * as autoscaling from 'aws-cdk-lib/aws-autoscaling';
import { IConstruct } from 'constructs';
import { FleetConfigError, Problem } from '../../../../validation';
import { BoundedFleet } from './bounded-fleet';
import { groupResource } from './group-facts';

/** A bound of a fleet, and whose it is. */
export interface HeldBound {
  readonly fleet: BoundedFleet;
  readonly limit: number;
  /** Construct path of the budget. */
  readonly budget: string;
}

/**
 * Lowers everything of a group that is above its bound, whoever made it and when, and refuses what cannot be lowered. It
 * looks at the whole stage at synthesis (aspects of an app do not reach into its stages), because scheduled actions come after the budget; it never raises anything, so that
 * several budgets may bound one fleet.
 */
export function holdBound(bound: HeldBound): void {
  const { fleet } = bound.fleet;
  const everything = Stage.of(fleet) ?? fleet.node.root;
  Aspects.of(everything).add(new BoundHolder(bound), { priority: AspectPriority.MUTATING });
}

class BoundHolder implements IAspect {
  private readonly group: autoscaling.CfnAutoScalingGroup;

  constructor(private readonly bound: HeldBound) {
    this.group = groupResource(bound.fleet.fleet);
  }

  public visit(node: IConstruct): void {
    if (node === this.group) {
      this.lowerGroup();
    } else if (node === this.bound.fleet.pool?.resource) {
      this.lowerPool(node as autoscaling.CfnWarmPool);
    } else if (node instanceof autoscaling.CfnScheduledAction && this.isOfGroup(node)) {
      this.lowerSchedule(node);
    } else if (node instanceof autoscaling.CfnScalingPolicy && this.isOfGroup(node)) {
      this.refuseGrowth(node);
    }
  }

  private lowerGroup(): void {
    const { group } = this;
    this.throwIfAny(group, [
      ...this.unknown('maxSize', group.maxSize),
      ...this.tooMuch('minSize', group.minSize),
      ...this.tooMuch('desiredCapacity', group.desiredCapacity),
    ]);
    group.maxSize = `${Math.min(Number(group.maxSize), this.bound.limit)}`;
  }

  private lowerPool(pool: autoscaling.CfnWarmPool): void {
    const most = this.bound.fleet.mostPreparedAt(this.bound.limit);
    if (pool.maxGroupPreparedCapacity !== undefined && pool.maxGroupPreparedCapacity > most) {
      pool.maxGroupPreparedCapacity = most;
      this.warn(pool, `maxPreparedInstances is ${most}`);
    }
  }

  private lowerSchedule(action: autoscaling.CfnScheduledAction): void {
    const { minSize, maxSize, desiredCapacity } = action;
    this.throwIfAny(action, [
      ...this.tooMuch('minInstances', minSize),
      ...this.tooMuch('desiredCapacity', desiredCapacity),
      ...(maxSize === undefined ? [] : this.unknown('maxInstances', maxSize)),
    ]);
    if (maxSize !== undefined && maxSize > this.bound.limit) {
      action.maxSize = this.bound.limit;
      this.warn(action, `maxInstances is ${this.bound.limit}, in place of ${maxSize}`);
    }
  }

  private refuseGrowth(policy: autoscaling.CfnScalingPolicy): void {
    const configuration = policy.predictiveScalingConfiguration as
      autoscaling.CfnScalingPolicy.PredictiveScalingConfigurationProperty | undefined;
    const behavior = configuration?.maxCapacityBreachBehavior;
    const allowed = 'HonorMaxCapacity: the other one raises the greatest size for good';
    const fix = `use fleet.scalePredictively(), or take the fleet out of ${this.bound.budget}`;
    this.throwIfAny(
      policy,
      behavior === undefined || behavior === 'HonorMaxCapacity'
        ? []
        : [{ what: 'maxCapacityBreachBehavior', got: behavior, allowed, fix }],
    );
  }

  private isOfGroup({ autoScalingGroupName }: { autoScalingGroupName: string }): boolean {
    const name = Tokenization.reverseString(autoScalingGroupName).firstToken;
    return Reference.isReference(name) && name.target === this.group;
  }

  private tooMuch(what: string, value: number | string | undefined): Problem[] {
    if (value === undefined) {
      return [];
    }
    const { limit, budget } = this.bound;
    const allowed = `at most ${limit}, to which ${budget} bounds the fleet`;
    return Token.isUnresolved(value)
      ? this.unknown(what, value)
      : Number(value) > limit
        ? [{ what, got: `${value}`, allowed, fix: 'lower it, or raise the budget' }]
        : [];
  }

  private unknown(what: string, value: number | string): Problem[] {
    const got = 'a value that is only known at deployment';
    const allowed = `a number, because ${this.bound.budget} bounds the fleet`;
    return Token.isUnresolved(value) ? [{ what, got, allowed, fix: 'write it out' }] : [];
  }

  private throwIfAny({ node }: IConstruct, problems: Problem[]): void {
    if (problems.length > 0) {
      throw new FleetConfigError(node.path, problems);
    }
  }

  private warn(construct: IConstruct, what: string): void {
    warnOfBound(construct, `${what}: more than that is beyond what ${this.bound.budget} allows the fleet.`);
  }
}

/** Says that a budget gives less than what was wanted. */
export function warnOfBound(construct: IConstruct, text: string): void {
  Annotations.of(construct).addWarningV2('cdk-graviton-fleet:budgetBound', text);
}

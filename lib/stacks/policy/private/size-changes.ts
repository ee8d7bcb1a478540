import { Reference, Token, Tokenization } from 'aws-cdk-lib';
import * as autoscaling from 'aws-cdk-lib/aws-autoscaling';
import { IConstruct } from 'constructs';
import { BudgetBound, CostBudget, PowerBudget } from '../../../economics';
import { groupResource } from '../../../economics/budget/private/bounds/group-facts';
import { InstanceFleet } from '../../../fleet';
import { renderedProperties } from './rendered-properties';

/** What sets the size of fleets beside the fleets themselves, wherever it stands in a tree. */
export class SizeChanges {
  private readonly bounds = new Map<string, number>();
  private readonly schedules = new Map<IConstruct, autoscaling.CfnScheduledAction[]>();
  /** Groups whose greatest size a predictive scaling policy may raise for good. */
  private readonly raised = new Set<IConstruct>();

  /** Looks through a tree once. */
  constructor(tree: readonly IConstruct[]) {
    for (const construct of tree) {
      if (construct instanceof PowerBudget || construct instanceof CostBudget) {
        construct.bounds.forEach((bound) => this.addBound(bound));
      } else if (construct instanceof autoscaling.CfnScheduledAction) {
        this.addSchedule(construct);
      } else if (construct instanceof autoscaling.CfnScalingPolicy && raisesGreatestSize(construct)) {
        this.addRaised(construct);
      }
    }
  }

  /** The greatest size that a budget leaves, however it is set; endless without a budget. */
  public budgetedMaxSize({ node }: InstanceFleet): number {
    return this.bounds.get(node.path) ?? Infinity;
  }

  /** The greatest size that scheduled actions set; 0 when none sets any. */
  public greatestScheduled(fleet: InstanceFleet): number {
    return Math.max(0, ...this.schedulesOf(fleet).map(({ maxSize }) => maxSize ?? 0));
  }

  /**
   * The greatest size that the group itself has: who holds its resource may have changed it after the fleet was made.
   * Not a number when that is only known at deployment.
   */
  public ownGreatest(fleet: InstanceFleet): number {
    const { MaxSize: maxSize } = renderedProperties(groupResource(fleet));
    return typeof maxSize === 'string' || typeof maxSize === 'number' ? Number(maxSize) : NaN;
  }

  /** Whether predictive scaling may raise the greatest size, so that it bounds nothing. */
  public isUnbounded(fleet: InstanceFleet): boolean {
    return this.raised.has(groupResource(fleet));
  }

  /** Whether a scheduled action sets a greatest size that is only known at deployment. */
  public hasUnknownSchedule(fleet: InstanceFleet): boolean {
    return this.schedulesOf(fleet).some(({ maxSize }) => Token.isUnresolved(maxSize));
  }

  private schedulesOf(fleet: InstanceFleet): readonly autoscaling.CfnScheduledAction[] {
    return this.schedules.get(groupResource(fleet)) ?? [];
  }

  private addBound({ fleet, allowedMaxSize }: BudgetBound): void {
    this.bounds.set(fleet, Math.min(this.bounds.get(fleet) ?? Infinity, allowedMaxSize));
  }

  private addSchedule(action: autoscaling.CfnScheduledAction): void {
    const group = groupOf(action);
    if (group) {
      const actions = this.schedules.get(group) ?? [];
      actions.push(action);
      this.schedules.set(group, actions);
    }
  }

  private addRaised(policy: autoscaling.CfnScalingPolicy): void {
    const group = groupOf(policy);
    if (group) {
      this.raised.add(group);
    }
  }
}

/** The group of this app that something names. */
function groupOf({ autoScalingGroupName }: { readonly autoScalingGroupName: string }): IConstruct | undefined {
  const name = Tokenization.reverseString(autoScalingGroupName).firstToken;
  return name !== undefined && Reference.isReference(name) ? name.target : undefined;
}

/**
 * https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_PredictiveScalingConfiguration.html, read 2026-11-23:
 * HonorMaxCapacity is the default, IncreaseMaxCapacity the other value.
 */
function raisesGreatestSize(policy: autoscaling.CfnScalingPolicy): boolean {
  const configuration = policy.predictiveScalingConfiguration as
    autoscaling.CfnScalingPolicy.PredictiveScalingConfigurationProperty | undefined;
  return (configuration?.maxCapacityBreachBehavior ?? 'HonorMaxCapacity') !== 'HonorMaxCapacity';
}

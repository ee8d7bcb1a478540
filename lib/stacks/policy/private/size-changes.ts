import { Reference, Token, Tokenization } from 'aws-cdk-lib';
import * as autoscaling from 'aws-cdk-lib/aws-autoscaling';
import { IConstruct } from 'constructs';
import { BudgetBound, CostBudget, PowerBudget } from '../../../economics';
import { groupResource } from '../../../economics/budget/private/bounds/group-facts';
import { InstanceFleet } from '../../../fleet';

/** What sets the size of fleets beside the fleets themselves, wherever it stands in a tree. */
export class SizeChanges {
  private readonly bounds = new Map<string, number>();
  private readonly schedules = new Map<IConstruct, autoscaling.CfnScheduledAction[]>();

  /** Looks through a tree once. */
  constructor(tree: readonly IConstruct[]) {
    for (const construct of tree) {
      if (construct instanceof PowerBudget || construct instanceof CostBudget) {
        construct.bounds.forEach((bound) => this.addBound(bound));
      } else if (construct instanceof autoscaling.CfnScheduledAction) {
        this.addSchedule(construct);
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
    const name = Tokenization.reverseString(action.autoScalingGroupName).firstToken;
    if (name !== undefined && Reference.isReference(name)) {
      this.schedules.set(name.target, [...(this.schedules.get(name.target) ?? []), action]);
    }
  }
}

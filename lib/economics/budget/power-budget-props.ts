import * as sns from 'aws-cdk-lib/aws-sns';
import { PowerModel, PowerUsageEffectiveness } from '../../catalog';
import { ScalableFleet } from '../../fleet';
import { BudgetSplit } from './budget-split';

/** A budget of power. */
export interface PowerBudgetProps {
  /** The fleets that share the budget, in the budget's own account and region. */
  readonly fleets: ScalableFleet[];
  /** The most that the fleets may draw together, in kilowatts at the meter of the data centre. */
  readonly kilowatts: number;
  /**
   * What the instances draw. The high end of its band counts, and it must know every type of the fleets.
   *
   * @default PowerModel.published()
   */
  readonly powerModel?: PowerModel;
  /**
   * What the data centre draws on top of its servers. A figure of your own that holds in every region also lets a stack
   * have a budget whose region is only known at deployment.
   *
   * @default PowerUsageEffectiveness.published()
   */
  readonly powerUsageEffectiveness?: PowerUsageEffectiveness;
  /**
   * How the fleets share the budget.
   *
   * @default BudgetSplit.proportional()
   */
  readonly split?: BudgetSplit;
  /**
   * Instances that may still finish their work after Auto Scaling has replaced them or taken them away, in percent of the
   * greatest size, from 0 to 100. Auto Scaling no longer counts them, and AWS documents no limit to their number; with
   * long requests and quick starts a roll-out can have all earlier instances among them.
   *
   * @default 0
   */
  readonly drainingPercentage?: number;
  /**
   * Where the alarms are sent. CloudWatch must be allowed to publish to it, and to use its key.
   *
   * @default - an encrypted topic of its own, `budget.topic`, without subscribers
   */
  readonly topic?: sns.ITopic;
}

import * as sns from 'aws-cdk-lib/aws-sns';
import { PriceBook } from '../../catalog';
import { ScalableFleet } from '../../fleet';
import { BudgetSplit } from './budget-split';

/** A budget of money. */
export interface CostBudgetProps {
  /** The fleets that share the budget, in the budget's own account and region. */
  readonly fleets: ScalableFleet[];
  /**
   * The most that the fleets' instances may cost together, in USD per calendar month, without tax. It counts 744 hours, a
   * month of 31 days.
   */
  readonly usdPerMonth: number;
  /**
   * What the instances cost: what you pay where it says that (rates and discounts), else the on-demand list price. In a
   * fleet that may have Spot instances each counts at the list price at least. It must know every type of the fleets.
   *
   * @default PriceBook.published(), which has list prices only
   */
  readonly priceBook?: PriceBook;
  /**
   * How the fleets share the budget.
   *
   * @default BudgetSplit.proportional()
   */
  readonly split?: BudgetSplit;
  /**
   * Watches the bill for anomalies, and reports those that cost so much in all, in USD. Cost Anomaly Detection learns from
   * ten days of bills by tag: activate the cost-allocation tag `graviton-fleet` first, then give this.
   *
   * Only in the management account of an organization, or in an account outside any: in a member account AWS refuses
   * monitors by tag, and with them the deployment.
   *
   * @default - no anomaly detection
   */
  readonly anomalyThresholdUsd?: number;
  /**
   * Where alarms and alerts are sent. `cloudwatch`, `budgets` and `costalerts.amazonaws.com` must be allowed to publish to
   * it, and to use its key. It must be in the budget's account.
   *
   * @default - an encrypted topic of its own, `budget.topic`, without subscribers
   */
  readonly topic?: sns.ITopic;
}

import * as sns from 'aws-cdk-lib/aws-sns';
import { ScalableFleet } from '../../fleet';

/** A budget that is held against the bill. */
export interface BillingBudgetProps {
  /** The fleets, of any region. Only those of the budget's own account are on its bill. */
  readonly fleets: ScalableFleet[];
  /** What the fleets may cost together, in USD per calendar month. */
  readonly usdPerMonth: number;
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
   * Where alerts are sent. `budgets` and `costalerts.amazonaws.com` must be allowed to publish to it, and to use its key.
   * It must be in the budget's account.
   *
   * @default - an encrypted topic of its own, `budget.topic`, without subscribers
   */
  readonly topic?: sns.ITopic;
}

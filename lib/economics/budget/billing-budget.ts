import { CfnResource, Names, Stack, Token, Tokenization } from 'aws-cdk-lib';
import * as budgets from 'aws-cdk-lib/aws-budgets';
import * as ce from 'aws-cdk-lib/aws-ce';
import * as sns from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { FleetConfigError, Problem } from '../../validation';
import { BillingBudgetProps } from './billing-budget-props';
import { createAlertTopic } from './private/alarms/alert-topic';
import { budgetsElsewhere, lacksBudgets } from './private/billing/billing-regions';
import { COST_ALLOCATION_TAG, tagForBilling, tagValue } from './private/billing/cost-allocation-tag';

/** https://docs.aws.amazon.com/cost-management/latest/userguide/management-limits.html, read 2026-11-23 */
const MOST_TAG_VALUES_OF_MONITOR = 10;

/** AWS takes names of up to 1,024 characters; what comes of a construct path is far shorter. */
const NAME_OPTIONS = { maxLength: 100, separator: '-' };

/** When AWS Budgets speaks up. */
const ALERTS = [
  { notificationType: 'ACTUAL', threshold: 80 },
  { notificationType: 'ACTUAL', threshold: 100 },
  { notificationType: 'FORECASTED', threshold: 100 },
];

/**
 * Holds the bill of fleets against a budget: AWS Budgets alerts at 80 and 100 % of the costs of a month, and when more than
 * the budget is forecast; Cost Anomaly Detection when you ask for it. It only reports: `CostBudget` bounds.
 *
 * Fleets are told apart by the tag `graviton-fleet` with the fleet's construct path, which this puts on all that a fleet
 * is made of (instances, volumes, load balancer, queues, ...; adding it to a fleet rolls its instances once). A bill knows a
 * tag only after it was activated as a cost-allocation tag, in the management account of the organization: the key appears
 * there up to 24 hours after the first deployment, and works up to 24 hours after its activation. Until then the budget
 * sees no costs. Costs without the tag are not seen: traffic between zones, builders of images, subscriptions.
 * https://docs.aws.amazon.com/awsaccountbilling/latest/aboutv2/activating-tags.html
 *
 * Costs are amortized (a Savings Plan counts where it is used), without credits and refunds. AWS updates the bill a few
 * times a day. Budgets without actions and Cost Anomaly Detection are free, the key of the topic is 1 USD per month
 * (us-east-1, list price 2026).
 *
 * A member account of an organization has its budget, but no anomaly monitor: those by tag "can only be created in the
 * management account" (https://docs.aws.amazon.com/cost-management/latest/userguide/getting-started-ad.html, read
 * 2026-11-23), and judge net unblended costs.
 */
export class BillingBudget extends Construct {
  /** Where alerts are sent: add subscriptions. */
  public readonly topic: sns.ITopic;

  /** @throws FleetConfigError for amounts that are not above 0, and in regions without AWS Budgets */
  constructor(scope: Construct, id: string, props: BillingBudgetProps) {
    super(scope, id);
    this.throwIfAny([...amountProblems(props), ...this.placeProblems(props)]);
    this.topic = props.topic ?? createAlertTopic(this);
    for (const fleet of props.fleets) {
      tagForBilling(fleet);
    }
    const values = props.fleets.map(tagValue);
    this.createBudget(props.usdPerMonth, values);
    if (props.anomalyThresholdUsd !== undefined) {
      this.createAnomalyDetection(props.anomalyThresholdUsd, values);
    }
  }

  private createBudget(amount: number, tagValues: readonly string[]): void {
    const budget = new budgets.CfnBudget(this, 'Budget', {
      budget: {
        budgetType: 'COST',
        timeUnit: 'MONTHLY',
        budgetLimit: { amount, unit: 'USD' },
        costFilters: { TagKeyValue: tagValues.map((value) => `user:${COST_ALLOCATION_TAG}$${value}`) },
        // Unblended, an hour that a Savings Plan covers costs nothing where it is used.
        costTypes: { useAmortized: true, includeCredit: false, includeRefund: false },
      },
      notificationsWithSubscribers: ALERTS.map((alert) => ({
        notification: { ...alert, comparisonOperator: 'GREATER_THAN', thresholdType: 'PERCENTAGE' },
        subscribers: [{ subscriptionType: 'SNS', address: this.topic.topicArn }],
      })),
    });
    this.dependOnPolicy(budget);
  }

  private createAnomalyDetection(thresholdUsd: number, tagValues: readonly string[]): void {
    const monitors: ce.CfnAnomalyMonitor[] = [];
    for (let first = 0; first < tagValues.length; first += MOST_TAG_VALUES_OF_MONITOR) {
      monitors.push(this.createMonitor(tagValues.slice(first, first + MOST_TAG_VALUES_OF_MONITOR), monitors.length));
    }
    const subscription = new ce.CfnAnomalySubscription(this, 'AnomalySubscription', {
      subscriptionName: Names.uniqueResourceName(this, NAME_OPTIONS),
      // The only frequency that a topic may have.
      frequency: 'IMMEDIATE',
      monitorArnList: monitors.map(({ attrMonitorArn }) => attrMonitorArn),
      subscribers: [{ type: 'SNS', address: this.topic.topicArn }],
      thresholdExpression: JSON.stringify({
        Dimensions: {
          Key: 'ANOMALY_TOTAL_IMPACT_ABSOLUTE',
          MatchOptions: ['GREATER_THAN_OR_EQUAL'],
          // A number that is only known at deployment must stay the token that it is.
          Values: [Tokenization.stringifyNumber(thresholdUsd)],
        },
      }),
    });
    this.dependOnPolicy(subscription);
  }

  private createMonitor(values: readonly string[], index: number): ce.CfnAnomalyMonitor {
    const id = index === 0 ? 'AnomalyMonitor' : `AnomalyMonitor${index + 1}`;
    return new ce.CfnAnomalyMonitor(this, id, {
      monitorName: `${Names.uniqueResourceName(this, NAME_OPTIONS)}${index === 0 ? '' : `-${index + 1}`}`,
      monitorType: 'CUSTOM',
      monitorSpecification: JSON.stringify({
        Tags: { Key: COST_ALLOCATION_TAG, Values: values, MatchOptions: ['EQUALS'] },
      }),
    });
  }

  /** AWS tries whether it may publish. */
  private dependOnPolicy(resource: CfnResource): void {
    for (const child of this.topic.node.children.flatMap(({ node }) => node.findAll())) {
      if (child instanceof sns.CfnTopicPolicy) {
        resource.node.addDependency(child);
      }
    }
  }

  private placeProblems({ fleets }: BillingBudgetProps): Problem[] {
    const { region, account } = Stack.of(this);
    const problems: Problem[] = [];
    if (lacksBudgets(region)) {
      const allowed = 'a region whose CloudFormation knows AWS::Budgets::Budget';
      problems.push({ what: "the stack's region", got: region, allowed, fix: budgetsElsewhere(region) });
    }
    if (fleets.length === 0) {
      const fix = 'give the fleets whose costs the budget is for';
      problems.push({ what: 'fleets', got: 'no fleet', allowed: 'at least one', fix });
    }
    const foreign = fleets.filter((fleet) => Stack.of(fleet).account !== account);
    const allowed = "fleets of the budget's own account, whose bill it sees";
    const fix = 'make one budget for each account';
    return [
      ...problems,
      ...foreign.map(({ node }) => ({ what: 'fleets', got: `${node.path}, of another account`, allowed, fix })),
    ];
  }

  private throwIfAny(problems: Problem[]): void {
    if (problems.length > 0) {
      throw new FleetConfigError(this.node.path, problems);
    }
  }
}

function amountProblems({ usdPerMonth, anomalyThresholdUsd }: BillingBudgetProps): Problem[] {
  const fix = 'give a number of USD';
  return Object.entries({ usdPerMonth, anomalyThresholdUsd })
    .filter(([, value]) => value !== undefined && !Token.isUnresolved(value) && !(Number.isFinite(value) && value > 0))
    .map(([what, value]) => ({ what, got: `${value}`, allowed: 'a number above 0', fix }));
}

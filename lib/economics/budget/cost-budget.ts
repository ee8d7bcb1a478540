import { Annotations, Duration, Stack, Token } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as sns from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { PriceBook } from '../../catalog';
import { ScalableFleet } from '../../fleet';
import { Problem } from '../../validation';
import { BillingBudget } from './billing-budget';
import { BillingBudgetProps } from './billing-budget-props';
import { BudgetBound } from './budget-bound';
import { BudgetSplit } from './budget-split';
import { CostBudgetProps } from './cost-budget-props';
import { createAlertTopic } from './private/alarms/alert-topic';
import { createBudgetAlarms } from './private/alarms/budget-alarms';
import { monthlyPrice, priceTerm } from './private/alarms/price-term';
import { budgetsElsewhere, lacksBudgets } from './private/billing/billing-regions';
import { boundFleets } from './private/bounds/bound-fleets';
import { BoundedFleet } from './private/bounds/bounded-fleet';
import { BudgetUnit } from './private/bounds/budget-unit';
import { lastingUnits } from './private/bounds/group-peak';

const USD_PER_MONTH: BudgetUnit = {
  property: 'usdPerMonth',
  symbol: 'USD per month',
  digits: 2,
  verb: 'cost',
  occasion: 'with a warm pool and the last instance',
};

/**
 * A budget of money that fleets cannot exceed for long: it lowers the greatest size of each group (`MaxSize`, what a
 * running warm pool prepares, and what scheduled actions set), so that the dearest mix of instance types, all of a month
 * of 31 days long, stays below it. It never raises a size. A fleet that gets less than it wants has a warning that says by which figures.
 *
 * Each instance counts by what you pay for it on demand, or by its list price. The list price is also what a Spot instance
 * can cost at most, because these fleets set no maximum price of their own
 * (https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/spot-requests.html).
 *
 * Not counted: the minutes in which roll-outs and rebalancing exceed the greatest size, instances that drain, and whatever
 * is no instance (volumes, load balancers, traffic, monitoring). The bill has all of it: a `BillingBudget` of the same
 * amount watches that, and what must be done for it stands there.
 *
 * Two alarms watch the run rate of an hour at 80 and 100 % of the budget: one metric each for each fleet, 0.10 USD per
 * metric and month (us-east-1, list price 2026).
 */
export class CostBudget extends Construct {
  /** What each fleet may have, in the order of `fleets`. */
  public readonly bounds: BudgetBound[];
  /** Where alarms and alerts are sent: add subscriptions. */
  public readonly topic: sns.ITopic;
  /** Alarms at 80 and 100 % of the budget; for more than ten fleets a pair for each ten. */
  public readonly alarms: cloudwatch.Alarm[];
  /** Watches the bill; undefined in regions whose CloudFormation does not know AWS Budgets. */
  public readonly billing?: BillingBudget;

  /**
   * @throws FleetConfigError when the least sizes do not fit, and for everything of which nothing can be said: types whose
   * price is not known in the region, sizes that are only known at deployment
   */
  constructor(scope: Construct, id: string, props: CostBudgetProps) {
    super(scope, id);
    const { priceBook = PriceBook.published(), split = BudgetSplit.proportional(), usdPerMonth } = props;
    const { fleets: wanted, anomalyThresholdUsd } = props;
    const { fleets, bounds } = boundFleets(this, {
      fleets: wanted,
      amount: usdPerMonth,
      unit: USD_PER_MONTH,
      split,
      figureOf: (type, fleet) => monthlyPrice(priceBook, type, fleet),
      unknownFigure: unknownPrice,
      // Of a stopped instance only the volumes are paid for.
      countsPool: ({ running }) => running,
      unitsAt: lastingUnits,
      problems: [],
    });
    this.bounds = [...bounds];
    this.topic = props.topic ?? createAlertTopic(this);
    this.alarms = this.createAlarms(fleets, priceBook);
    this.billing = this.watchBill({ fleets: wanted, usdPerMonth, anomalyThresholdUsd });
  }

  private createAlarms(fleets: readonly BoundedFleet[], priceBook: PriceBook): cloudwatch.Alarm[] {
    const period = Duration.hours(1);
    return createBudgetAlarms(this, {
      terms: fleets.map((fleet, index) =>
        priceTerm(fleet, { index, priceBook, period, share: this.bounds[index].share }),
      ),
      period,
      label: 'Run rate, dearest mix, USD per month',
      subject: 'The run rate of fleets, were every instance of the dearest type,',
      topic: this.topic,
    });
  }

  private watchBill(props: BillingBudgetProps): BillingBudget | undefined {
    const { region } = Stack.of(this);
    if (lacksBudgets(region)) {
      Annotations.of(this).addWarningV2(
        'cdk-graviton-fleet:noBillingBudget',
        `CloudFormation does not know AWS Budgets in ${region}, so that nothing watches the bill: ${budgetsElsewhere(region)}.`,
      );
      return undefined;
    }
    return new BillingBudget(this, 'Billing', { ...props, topic: this.topic });
  }
}

function unknownPrice(type: string, fleet: ScalableFleet): Problem {
  const { region } = Stack.of(fleet);
  return {
    what: `fleets, ${fleet.node.path}`,
    got: `${type}, whose price is not known in ${Token.isUnresolved(region) ? 'a region that is only known at deployment' : region}`,
    allowed: 'types whose price is known there',
    fix: fleet.capacity.usesSpot
      ? 'leave the type out: what a Spot instance can cost is its list price'
      : 'give its price by PriceBook.published().withEffectiveRates(), or leave the type out',
  };
}

import { Annotations, Duration, Stack, Token } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as sns from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { PowerModel, PowerUsageEffectiveness, PueKind } from '../../catalog';
import { ScalableFleet } from '../../fleet';
import { numberText, Problem } from '../../validation';
import { BudgetBound } from './budget-bound';
import { BudgetSplit } from './budget-split';
import { PowerBudgetProps } from './power-budget-props';
import { createAlertTopic } from './private/alarms/alert-topic';
import { createBudgetAlarms } from './private/alarms/budget-alarms';
import { powerTerm } from './private/alarms/power-term';
import { boundFleets } from './private/bounds/bound-fleets';
import { BoundedFleet } from './private/bounds/bounded-fleet';
import { BudgetUnit } from './private/bounds/budget-unit';
import { momentaryUnits } from './private/bounds/group-peak';
import { highKilowatts, PowerSources } from './private/high-kilowatts';

const KILOWATTS: BudgetUnit = {
  property: 'kilowatts',
  symbol: 'kW',
  digits: 3,
  verb: 'draw',
  occasion: 'while it rolls out and rebalances',
};

/**
 * A budget of power that fleets cannot exceed: it lowers the greatest size of each group (`MaxSize`, what a warm pool
 * prepares, and what scheduled actions set), so that the worst mix of instance types at full load stays below it, by the
 * high end of the power model and with the region's power usage effectiveness. It never raises a size. A fleet that gets
 * less than it wants has a warning that says by which figures.
 *
 * Counted is everything that AWS documents to exceed the greatest size, all at once: the largest instance on top where
 * vCPUs or work are counted, rebalancing (10 %, at least one instance), the roll-out (`maxHealthyPercentage`), the warm
 * pool, and draining instances as far as you say (`drainingPercentage`).
 *
 * Not counted: instances on standby or detached by hand, instances of types that an earlier deployment had until its
 * roll-out is over, builders of images, and whatever is no instance (load balancers, disks, network). Estimates are no
 * measurement: the bound is as good as the model's high end. In a region for which AWS publishes no power usage
 * effectiveness its global average counts, and a warning says so: the highest that AWS publishes is 1.46.
 *
 * Two alarms watch the estimate at 80 and 100 % of the budget, with draining instances. Each metric of an alarm is 0.10
 * USD per month (two alarms of two metrics for each fleet), the key of the topic 1 USD (us-east-1, list price 2026).
 */
export class PowerBudget extends Construct {
  /** What each fleet may have, in the order of `fleets`. */
  public readonly bounds: BudgetBound[];
  /** Where the alarms are sent: add subscriptions. */
  public readonly topic: sns.ITopic;
  /** Alarms at 80 and 100 % of the budget; for more than five fleets a pair for each five. */
  public readonly alarms: cloudwatch.Alarm[];

  /**
   * @throws FleetConfigError when the least sizes do not fit, and for everything of which nothing can be proved: types
   * that the power model does not know, sizes and regions that are only known at deployment
   */
  constructor(scope: Construct, id: string, props: PowerBudgetProps) {
    super(scope, id);
    const { split = BudgetSplit.proportional(), drainingPercentage = 0 } = props;
    const sources: PowerSources = {
      model: props.powerModel ?? PowerModel.published(),
      powerUsageEffectiveness: props.powerUsageEffectiveness ?? PowerUsageEffectiveness.published(),
    };
    const { fleets, bounds } = boundFleets(this, {
      fleets: props.fleets,
      amount: props.kilowatts,
      unit: KILOWATTS,
      split,
      figureOf: (type, fleet) => highKilowatts(sources, type, fleet)?.fullLoad,
      unknownFigure: (type, fleet) => unknownPower(type, fleet, sources.model),
      // Instances that wait stopped or hibernated draw power while they are prepared, perhaps all at once.
      countsPool: () => true,
      unitsAt: (limit, facts) => momentaryUnits(limit, facts, drainingPercentage),
      problems: [...drainingProblems(drainingPercentage), ...regionProblems(this, sources)],
    });
    this.warnOfAverage(sources);
    this.bounds = [...bounds];
    this.topic = props.topic ?? createAlertTopic(this);
    this.alarms = this.createAlarms(fleets, sources);
  }

  private warnOfAverage({ powerUsageEffectiveness }: PowerSources): void {
    const { region } = Stack.of(this);
    const { kind, value } = powerUsageEffectiveness.figure(region);
    if (kind === PueKind.GLOBAL_AVERAGE) {
      Annotations.of(this).addWarningV2(
        'cdk-graviton-fleet:averagePowerUsageEffectiveness',
        `AWS publishes no power usage effectiveness for ${region}: its global average of ${value} counts, which regions exceed. ` +
          'Give a figure that holds there by PowerUsageEffectiveness.custom().',
      );
    }
  }

  private createAlarms(fleets: readonly BoundedFleet[], sources: PowerSources): cloudwatch.Alarm[] {
    const period = Duration.minutes(5);
    return createBudgetAlarms(this, {
      terms: fleets.map((fleet, index) =>
        powerTerm(fleet, { index, sources, period, share: this.bounds[index].share }),
      ),
      period,
      label: 'Power, high estimate, kW',
      subject: 'The estimated power of fleets',
      topic: this.topic,
    });
  }
}

function unknownPower(type: string, { node }: ScalableFleet, model: PowerModel): Problem {
  return {
    what: `fleets, ${node.path}`,
    got: `${type}, whose power is unknown to "${model.name}"`,
    allowed: 'types whose power the model knows: nothing can be proved of another',
    fix: 'leave the type out, or give coefficients for it by PowerModel.custom()',
  };
}

function drainingProblems(percentage: number): Problem[] {
  if (Number.isInteger(percentage) && percentage >= 0 && percentage <= 100) {
    return [];
  }
  const allowed = 'a whole number from 0 to 100';
  return [{ what: 'drainingPercentage', got: numberText(percentage), allowed, fix: 'give it in percent' }];
}

function regionProblems(scope: Construct, { powerUsageEffectiveness }: PowerSources): Problem[] {
  const { region } = Stack.of(scope);
  if (!Token.isUnresolved(region) || powerUsageEffectiveness.figure(region).kind === PueKind.USER_SUPPLIED) {
    return [];
  }
  const allowed = 'a region, whose power usage effectiveness counts';
  const got = 'a region that is only known at deployment';
  return [
    {
      what: "the stack's region",
      got,
      allowed,
      fix: 'give the stack an env with its region, or a powerUsageEffectiveness of your own',
    },
  ];
}

import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import * as sns from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_limits.html: metrics of one alarm's expression */
const MOST_METRICS = 10;

/** Shares of the budget at which an alarm sounds, in percent. */
const THRESHOLDS = [80, 100];

/** A part of an expression that adds up over fleets. */
export interface AlarmTerm {
  readonly expression: string;
  readonly usingMetrics: Record<string, cloudwatch.IMetric>;
  /** The fleet's share of the budget. */
  readonly share: number;
}

export interface BudgetAlarmOptions {
  readonly terms: readonly AlarmTerm[];
  readonly period: Duration;
  readonly label: string;
  /** What has gone above its share, for the description. */
  readonly subject: string;
  readonly topic: sns.ITopic;
}

/**
 * Alarms at 80 and 100 % of a budget. One alarm reads ten metrics at most, so that a budget of many fleets has several
 * pairs, each for some fleets and what these may have together.
 */
export function createBudgetAlarms(budget: Construct, options: BudgetAlarmOptions): cloudwatch.Alarm[] {
  const { terms } = options;
  const perAlarm = Math.floor(MOST_METRICS / Object.keys(terms[0].usingMetrics).length);
  const groups = Array.from({ length: Math.ceil(terms.length / perAlarm) }, (_, index) =>
    terms.slice(index * perAlarm, (index + 1) * perAlarm),
  );
  return groups.flatMap((together, index) => {
    const metric = sumOf(together, options);
    const share = together.reduce((sum, term) => sum + term.share, 0);
    const suffix = index === 0 ? '' : `For${index + 1}`;
    return THRESHOLDS.map((percent) => {
      const alarm = new cloudwatch.Alarm(budget, `AlarmAt${percent}Percent${suffix}`, {
        alarmDescription: `${options.subject} is above ${percent} % of what ${budget.node.path} allows`,
        metric,
        threshold: Number(((share * percent) / 100).toPrecision(9)),
        comparisonOperator: cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
        evaluationPeriods: 1,
        treatMissingData: cloudwatch.TreatMissingData.NOT_BREACHING,
      });
      alarm.addAlarmAction(new SnsAction(options.topic));
      return alarm;
    });
  });
}

function sumOf(terms: readonly AlarmTerm[], { label, period }: BudgetAlarmOptions): cloudwatch.MathExpression {
  const metrics: Record<string, cloudwatch.IMetric> = {};
  return new cloudwatch.MathExpression({
    expression: terms.map(({ expression }) => expression).join(' + '),
    usingMetrics: terms.reduce((all, { usingMetrics }) => ({ ...all, ...usingMetrics }), metrics),
    label,
    period,
  });
}

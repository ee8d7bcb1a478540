import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { ServerMetrics } from '../../private/metrics/server-metrics';
import { WatchedFleet, WatchedTraffic } from './watched-fleet';

const MINUTE = Duration.minutes(1);
const { GREATER_THAN_THRESHOLD, GREATER_THAN_OR_EQUAL_TO_THRESHOLD, LESS_THAN_THRESHOLD } =
  cloudwatch.ComparisonOperator;

/** Nothing that went wrong publishes nothing. */
const NO_DATA_IS_GOOD = { treatMissingData: cloudwatch.TreatMissingData.NOT_BREACHING };

/** Failed requests, whatever their number: one bad minute of a quiet fleet is no reason to go back, three of five are. */
export function serverErrorRate({ traffic, maySleep }: WatchedTraffic, abovePercent: number): cloudwatch.AlarmProps {
  // A fleet that sleeps refuses what wakes it, and that is no fault of an AMI.
  const refused = maySleep ? traffic.refused?.({ statistic: cloudwatch.Stats.SUM }) : undefined;
  const failed = refused ? '(FILL(errors, 0) - FILL(refused, 0))' : 'FILL(errors, 0)';
  const requests = 'FILL(requests, 0)';
  return {
    alarmDescription: `More than ${abovePercent} % of the requests fail`,
    metric: new cloudwatch.MathExpression({
      expression: `100 * ${failed} / IF(${requests} > ${failed}, ${requests}, IF(${failed} > 0, ${failed}, 1))`,
      usingMetrics: {
        errors: traffic.serverErrors({ period: MINUTE }),
        requests: traffic.requests({ statistic: cloudwatch.Stats.SUM }),
        ...(refused && { refused }),
      },
      label: 'failed requests in percent',
      period: MINUTE,
    }),
    threshold: abovePercent,
    comparisonOperator: GREATER_THAN_THRESHOLD,
    evaluationPeriods: 5,
    datapointsToAlarm: 3,
    ...NO_DATA_IS_GOOD,
  };
}

/**
 * An instance that starts fails its health check as a broken one does. Broken is one that does so for longer than a start
 * takes; and where a roll-out starts several at a time, one after the other, there must be more than those.
 */
export function unhealthyInstances(fleet: WatchedTraffic): cloudwatch.AlarmProps {
  const { traffic, startMinutes, startedAtOnce } = fleet;
  return {
    alarmDescription: 'Instances fail their health check for longer than a start takes',
    metric: traffic.unhealthyInstances({ statistic: cloudwatch.Stats.MAXIMUM, period: MINUTE }),
    threshold: startedAtOnce > 1 ? startedAtOnce + 1 : 1,
    comparisonOperator: GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
    evaluationPeriods: startMinutes,
    ...NO_DATA_IS_GOOD,
  };
}

/** Tokens that a fleet should make while it has work. */
export interface WantedTokens {
  readonly tokens: cloudwatch.IMetric;
  readonly below: number;
  readonly fromDemand: number;
}

/**
 * Tokens that do not come while work does: five minutes of seven, because the newest two may not be published yet. A minute
 * without tokens has none; one whose demand is missing has no value, rather than a good one.
 */
export function tokensPerSecond({ demand }: WatchedFleet, wanted: WantedTokens): cloudwatch.AlarmProps {
  const { tokens, below, fromDemand } = wanted;
  return {
    alarmDescription: `Fewer than ${below} tokens per second while there is work`,
    metric: new cloudwatch.MathExpression({
      expression: `IF(demand >= ${fromDemand}, FILL(tokens, 0) / PERIOD(demand), ${below})`,
      usingMetrics: { demand, tokens },
      label: 'tokens per second while there is work',
      period: MINUTE,
    }),
    threshold: below,
    comparisonOperator: LESS_THAN_THRESHOLD,
    evaluationPeriods: 7,
    datapointsToAlarm: 5,
    ...NO_DATA_IS_GOOD,
  };
}

/** CloudWatch allows that a window of an alarm is a day long: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html (EvaluationPeriods, read 2026-11-23). */
const MOST_MINUTES = 24 * 60;

/** Minutes that the newest points of a metric may be missing. */
const UNPUBLISHED_MINUTES = 2;

/**
 * No token, of a prompt or an answer, while requests are worked on, for longer than the longest request may take: a prompt
 * is counted when it comes in, so that a long one makes no token for a while. Undefined where that is longer than an alarm
 * can look back.
 */
export function noTokens(fleet: WatchedFleet, server: ServerMetrics): cloudwatch.AlarmProps | undefined {
  const minutes = Math.max(5, Math.ceil(fleet.longestRequest.toMinutes({ integral: false })) + 1);
  if (minutes + UNPUBLISHED_MINUTES > MOST_MINUTES) {
    return undefined;
  }
  return {
    alarmDescription: `No tokens for ${minutes} minutes while there is work`,
    metric: new cloudwatch.MathExpression({
      expression: 'IF(working > 0, FILL(prompts, 0) + FILL(generated, 0), 1)',
      usingMetrics: {
        working: server.requestsWorkedOn({ statistic: cloudwatch.Stats.SUM }),
        prompts: server.promptTokens(),
        generated: server.generatedTokens(),
      },
      label: 'tokens while there is work',
      period: MINUTE,
    }),
    threshold: 1,
    comparisonOperator: LESS_THAN_THRESHOLD,
    evaluationPeriods: minutes + UNPUBLISHED_MINUTES,
    datapointsToAlarm: minutes,
    ...NO_DATA_IS_GOOD,
  };
}

/** When the time to the first token is too long. */
export interface WantedTime {
  readonly above: Duration;
  /** From 1 to 99. */
  readonly percentile: number;
}

/** One slow minute is a peak, three of five are not. */
export function timeToFirstToken(server: ServerMetrics, { above, percentile }: WantedTime): cloudwatch.AlarmProps {
  const seconds = above.toSeconds({ integral: false });
  return {
    alarmDescription: `The time to the first token is above ${seconds} seconds (percentile ${percentile})`,
    metric: server.timeToFirstToken({ statistic: cloudwatch.Stats.percentile(percentile), period: MINUTE }),
    threshold: seconds,
    comparisonOperator: GREATER_THAN_THRESHOLD,
    evaluationPeriods: 5,
    datapointsToAlarm: 3,
    ...NO_DATA_IS_GOOD,
  };
}

/** Events that instances publish one by one. */
export interface WatchedEvents {
  readonly metricName: string;
  readonly alarmDescription: string;
  /** @default 1 */
  readonly atLeast?: number;
}

/** The alarm lasts for five minutes, so that no roll-out misses it. */
export function instanceEvents(fleet: WatchedFleet, events: WatchedEvents): cloudwatch.AlarmProps {
  const { metricName, alarmDescription, atLeast = 1 } = events;
  return {
    alarmDescription,
    metric: fleet.instanceMetric(metricName, { period: Duration.minutes(5) }),
    threshold: atLeast,
    comparisonOperator: GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
    evaluationPeriods: 1,
    ...NO_DATA_IS_GOOD,
  };
}

import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { Problem } from '../../../validation';

/** Tokens that are counted otherwise than as a sum make no rate. */
export function tokenStatisticProblems(tokens: cloudwatch.IMetric): Problem[] {
  const { metricStat } = tokens.toMetricConfig();
  if (!metricStat || metricStat.statistic === cloudwatch.Stats.SUM) {
    return [];
  }
  const fix = "give the metric statistic: 'Sum'";
  return [{ what: 'tokens', got: `the statistic ${metricStat.statistic}`, allowed: 'Sum', fix }];
}

import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { InferenceFleet, ScalableFleet, WorkerFleet } from '../../fleet';
import { FleetConfigError } from '../../validation';
import { queueMetric } from '../private/queue-metric';

/** What a fleet does, each as a sum over the period. */
export interface FleetWork {
  readonly tokens?: cloudwatch.IMetric;
  readonly requests?: cloudwatch.IMetric;
  readonly jobs?: cloudwatch.IMetric;
}

export type WorkName = keyof FleetWork;

/**
 * What load balancers and queues count without charge, and the tokens that the user counts, or else the built-in server:
 * those that it generates. What reading the prompts takes is in the cost of the answers, as it is where tokens are sold.
 */
export function workOf(fleet: ScalableFleet, tokens?: cloudwatch.IMetric): FleetWork {
  return {
    tokens: tokens ?? fleet._serverMetrics?.generatedTokens(),
    requests: fleet instanceof InferenceFleet ? fleet.metricRequests({ statistic: cloudwatch.Stats.SUM }) : undefined,
    // Workers delete the message of each job that is done; those that fail too often are moved by SQS and do not count.
    jobs:
      fleet instanceof WorkerFleet
        ? queueMetric(fleet.queue, 'NumberOfMessagesDeleted', { statistic: cloudwatch.Stats.SUM })
        : undefined,
  };
}

/** Averages of tokens would divide by the number of publications instead of the tokens. */
export function checkTokens(where: string, tokens?: cloudwatch.IMetric): void {
  const statistic = tokens?.toMetricConfig().metricStat?.statistic;
  if (statistic !== undefined && statistic !== cloudwatch.Stats.SUM) {
    throw new FleetConfigError(where, [
      { what: 'tokens', got: `the statistic ${statistic}`, allowed: 'Sum', fix: "give the metric statistic: 'Sum'" },
    ]);
  }
}

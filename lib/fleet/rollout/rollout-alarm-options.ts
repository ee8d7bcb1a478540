import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';

/** When failed requests fail a roll-out. */
export interface ServerErrorAlarmOptions {
  /**
   * Share of failed requests, in percent from 0 to below 100, above which three of five minutes must be.
   *
   * @default 5
   */
  readonly abovePercent?: number;
}

/** When missing tokens fail a roll-out. */
export interface TokensAlarmOptions {
  /** Tokens that the whole fleet made in a period, as its runtime publishes them. A sum: the statistic must be Sum. */
  readonly tokens: cloudwatch.IMetric;
  /** Tokens per second of the whole fleet, above 0, below which five minutes in a row must be. */
  readonly below: number;
  /**
   * Requests per minute, or jobs that the queue handed out per minute, from which on a minute counts: so many that fewer
   * tokens can only mean a fault. At least 1.
   *
   * @default 1
   */
  readonly fromDemand?: number;
}

/** When crashes of the runtime fail a roll-out. */
export interface CrashAlarmOptions {
  /**
   * Crashes within five minutes in the whole fleet, a whole number from 1 on.
   *
   * @default 3
   */
  readonly atLeast?: number;
}

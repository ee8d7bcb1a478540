import { Duration } from 'aws-cdk-lib';
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
  /**
   * Tokens that the whole fleet made in a period, as its runtime publishes them. A sum: the statistic must be Sum.
   *
   * @default - the tokens that the built-in server generates; a fleet with another runtime is refused
   */
  readonly tokens?: cloudwatch.IMetric;
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

/** When slow first tokens fail a roll-out. */
export interface TimeToFirstTokenAlarmOptions {
  /** Time from the arrival of a request until its first token, above which three of five minutes must be. Above 0, at most an hour. */
  readonly above: Duration;
  /**
   * Share of the requests of a minute that must be faster, in percent from 1 to 99. The metric is of the whole fleet: to see
   * canaries that are a tenth of it, the slowest tenth must be looked at.
   *
   * @default 95
   */
  readonly percentile?: number;
}

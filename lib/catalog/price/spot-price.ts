/** Which of its many values a Spot price is. */
export enum SpotPriceMeaning {
  /** The price at the moment of `asOf`. */
  NOW = 'now',
  /** The mean of the 30 days before `asOf`. */
  MEAN_30_DAYS = 'mean30Days',
  /** The highest price of the days that the source names, or the most that is bid. */
  MAXIMUM = 'maximum',
}

/** Spot prices that the user looked up: Amazon EC2 changes them with supply and demand. */
export interface SpotPrices {
  /** USD per instance-hour by instance type, for example `{ 'm9g.4xlarge': 0.27 }`; over several zones their mean. */
  readonly usdPerHour: Record<string, number>;
  /** Region in which they were seen. */
  readonly region: string;
  /** Which of its values each price is. */
  readonly meaning: SpotPriceMeaning;
  /** Where they come from, for example `DescribeSpotPriceHistory, us-east-1a to d`. */
  readonly source: string;
  /** Date and perhaps time of the prices (ISO 8601). */
  readonly asOf: string;
}

/** The Spot price of running one instance for an hour. */
export interface SpotPrice {
  /** USD per instance-hour. */
  readonly usdPerHour: number;
  /** USD per vCPU-hour. */
  readonly usdPerVcpuHour: number;
  /** Which of its values the price is. */
  readonly meaning: SpotPriceMeaning;
  /** Where the price comes from. */
  readonly source: string;
  /** Date and perhaps time of the price (ISO 8601). */
  readonly asOf: string;
}

/** What an effective price is. */
export enum EffectivePriceKind {
  /** A rate that the user pays. */
  USER_RATE = 'userRate',
  /** The list price less a discount that the user gets. */
  DISCOUNTED = 'discounted',
  /** The list price, because nothing else is known. */
  LIST = 'list',
}

/** What the user pays for running one on-demand instance for an hour. */
export interface EffectivePrice {
  /** USD per instance-hour. */
  readonly usdPerHour: number;
  /** USD per vCPU-hour. */
  readonly usdPerVcpuHour: number;
  /** What the price is. */
  readonly kind: EffectivePriceKind;
  /** Where the price comes from. */
  readonly source: string;
  /** Date of the price (ISO 8601). */
  readonly asOf: string;
}

/** Rates that the user pays in place of the list price, for example under a Savings Plan. */
export interface EffectiveRates {
  /**
   * USD per vCPU-hour, by family (`m9g`) or by instance type (`m9g.metal-48xl`). The instance type wins. A family's rate
   * also holds for its bare metal sizes, as it is, without a surcharge.
   */
  readonly usdPerVcpuHour: Record<string, number>;
  /**
   * Region in which the rates hold.
   * @default - every region
   */
  readonly region?: string;
  /** Where the rates come from, for example `Compute Savings Plan, 1 year, no upfront`. */
  readonly source: string;
  /** Date of the rates (ISO 8601). */
  readonly asOf: string;
}

/** A discount on the list price, for example of an enterprise agreement. */
export interface PriceDiscount {
  /** Percent that the list price is lowered by, from 0 (the list price is what is paid) to below 100. */
  readonly percent: number;
  /**
   * Families (`m9g`) or instance types (`m9g.4xlarge`) to which it applies.
   * @default - all
   */
  readonly instances?: string[];
  /**
   * Region in which it applies.
   * @default - every region
   */
  readonly region?: string;
  /** Where the discount comes from. */
  readonly source: string;
  /** Date of the discount (ISO 8601). */
  readonly asOf: string;
}

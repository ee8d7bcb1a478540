/** How a price came to be known. */
export enum PriceKind {
  /** Read from a price list. */
  LISTED = 'listed',
  /** Derived from a listed price by a stated rule: an equal region, or the surcharge of bare metal. */
  INFERRED = 'inferred',
  /** Given by the user. */
  USER_SUPPLIED = 'userSupplied',
}

/** The price of running one instance for an hour. */
export interface ListPrice {
  /** USD per instance-hour. */
  readonly usdPerHour: number;
  /** USD per vCPU-hour. */
  readonly usdPerVcpuHour: number;
  /** How the price came to be known. */
  readonly kind: PriceKind;
  /** Where the price comes from. */
  readonly source: string;
  /** Date of the source (ISO 8601, perhaps only year and month). */
  readonly asOf: string;
}

/** Prices that the user knows better than the price list, for example after a Savings Plan. */
export interface PriceRates {
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

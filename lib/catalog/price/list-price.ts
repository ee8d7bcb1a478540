/** How a list price came to be known. */
export enum PriceKind {
  /** Read from a price list. */
  LISTED = 'listed',
  /** Derived from a listed price by a stated rule: an equal region, or the surcharge of bare metal. */
  INFERRED = 'inferred',
}

/** AWS's on-demand list price of running one instance for an hour. */
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

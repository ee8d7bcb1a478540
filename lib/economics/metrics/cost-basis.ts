/** Which price a cost is made from. */
export enum CostBasis {
  /** AWS's on-demand list price, also for Spot instances: comparable, and not the bill. */
  LIST = 'list',
  /** What the user pays by the rates, discounts and Spot prices of the price book. */
  EFFECTIVE = 'effective',
}

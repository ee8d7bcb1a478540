/** What a ceiling of cost does with an instance type whose price is not known in the fleet's region. */
export enum UnknownPrices {
  /** Nothing can be said of such a fleet, so it is refused. */
  REFUSE = 'refuse',
  /**
   * The type is let through at no cost: for regions of which no price is published yet. The fleet's other types count, and
   * a region that is only known at deployment is refused all the same.
   */
  ALLOW = 'allow',
}

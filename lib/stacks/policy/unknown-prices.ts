/** What a ceiling of cost does with an instance type whose price is not known in the fleet's region. */
export enum UnknownPrices {
  /** Nothing can be said of such a fleet, so it is refused. */
  REFUSE = 'refuse',
  /** The fleet is let through, and nothing holds its cost: for regions of which no price is published yet. */
  ALLOW = 'allow',
}

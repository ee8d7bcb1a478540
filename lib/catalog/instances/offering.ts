/** Whether a region sells an instance type. */
export enum Offering {
  /** A dated source shows the type, or a price for it, in the region. */
  OFFERED = 'offered',
  /** A dated listing of the whole region does not have the type. AWS may have launched it since. */
  NOT_OFFERED = 'notOffered',
  /** No source of the catalog tells. */
  UNKNOWN = 'unknown',
}

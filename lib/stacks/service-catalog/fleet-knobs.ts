/**
 * What those who order a fleet from the catalog may choose; each becomes a parameter of the product. What synthesis has
 * to check (instance types, kernels, image) is no parameter: each choice of it is a version of the product.
 */
export interface FleetKnobs {
  /**
   * The highest least number of instances that may be chosen; the lowest is the `minInstances` of the capacity, which is
   * also what is chosen when nothing is.
   *
   * @default - not to be chosen: `minInstances` of the capacity
   */
  readonly highestMinInstances?: number;
  /**
   * The lowest greatest number of instances that may be chosen; the highest is the `maxInstances` of the capacity, which
   * is also what is chosen when nothing is.
   *
   * @default - not to be chosen: `maxInstances` of the capacity
   */
  readonly lowestMaxInstances?: number;
  /**
   * Tags on all resources whose values may be chosen, by their keys: the allowed values, the first of which is the default.
   *
   * @default - none
   */
  readonly tags?: { [key: string]: string[] };
}

/** A range of numbers, both ends included. */
export interface NumberRange {
  /**
   * The least.
   *
   * @default - no lower bound
   */
  readonly min?: number;
  /**
   * The greatest.
   *
   * @default - no upper bound
   */
  readonly max?: number;
}

/** A figure from a model: never one number alone. */
export interface Estimate {
  /** The lowest figure of the models, or the lowest plausible one. */
  readonly low: number;
  /** The median of the models. */
  readonly typical: number;
  /** The highest figure of the models, or the highest plausible one. */
  readonly high: number;
}

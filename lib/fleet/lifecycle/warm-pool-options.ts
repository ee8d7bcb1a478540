/** How many instances wait in a warm pool. */
export interface WarmPoolOptions {
  /**
   * Least number of instances in the pool.
   *
   * @default 0
   */
  readonly minInstances?: number;
  /**
   * Greatest number of instances in the pool and in service together.
   *
   * @default - the fleet's greatest number of instances
   */
  readonly maxPreparedInstances?: number;
  /**
   * Whether an instance that scale-in takes out of service returns to the pool. It finishes first what it accepted, as an
   * instance does that ends; and it keeps what it has on its disks from earlier requests.
   *
   * @default false
   */
  readonly reuseOnScaleIn?: boolean;
}

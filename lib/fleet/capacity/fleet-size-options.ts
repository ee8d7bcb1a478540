/** How many instances a fleet may have. */
export interface InstanceCountOptions {
  /**
   * Least number of instances.
   *
   * @default 2
   */
  readonly min?: number;
  /**
   * Greatest number of instances.
   *
   * @default - min, or 1 when that is 0
   */
  readonly max?: number;
}

/** How much a fleet may have, whichever types it is made of. */
export interface WeightedSizeOptions {
  /** The least that the fleet has. */
  readonly min: number;
  /**
   * The most that the fleet is asked to have. It may exceed it by less than what its largest type has, because an
   * instance cannot be divided.
   */
  readonly max: number;
}

/** How much work a fleet may do. */
export interface WorkPerSecondOptions extends WeightedSizeOptions {
  /**
   * What one instance of each type does per second, as you have measured it: tokens, requests, jobs. Every type that the
   * fleet may have needs a figure. For example `{ 'm9g.4xlarge': 104, 'm8g.4xlarge': 60 }`.
   */
  readonly perInstance: { [instanceType: string]: number };
  /**
   * Name of the work, for messages.
   *
   * @default 'work'
   */
  readonly workName?: string;
  /**
   * Work per second that Auto Scaling counts as one unit of capacity. An instance counts as 1 to 999 whole units,
   * rounded down, so that the fleet never does less than it was asked to.
   *
   * @default 1
   */
  readonly workPerUnit?: number;
}

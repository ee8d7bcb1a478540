/** On-demand capacity. */
export interface OnDemandCapacityOptions {
  /**
   * Names of instance types, most wanted first, for example `['m9g.4xlarge', 'm8g.4xlarge']`. Each must be a Graviton
   * type that is offered in the stack's region and on which the image's kernels run. At most 40, the limit of Auto
   * Scaling for overrides of a launch template.
   */
  readonly instanceTypes: string[];
  /**
   * Least number of instances.
   *
   * @default 2
   */
  readonly minInstances?: number;
  /**
   * Greatest number of instances. A fleet whose two bounds differ needs a scaling policy:
   * `fleet.autoScalingGroup.scaleOnCpuUtilization(...)` and its kin.
   *
   * @default - minInstances, or 1 when that is 0
   */
  readonly maxInstances?: number;
}

/** Spot capacity above a base of on-demand instances. */
export interface SpotFirstCapacityOptions extends OnDemandCapacityOptions {
  /**
   * Number of instances that are always on-demand, before any Spot instance.
   *
   * @default 0
   */
  readonly onDemandBase?: number;
  /**
   * Share of on-demand instances among those above the base, in percent from 0 to 100.
   *
   * @default 0
   */
  readonly onDemandPercentageAboveBase?: number;
}

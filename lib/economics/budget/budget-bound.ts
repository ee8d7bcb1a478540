/** What a budget lets one fleet have. Sizes are in units of its group's capacity: instances, vCPUs or units of work. */
export interface BudgetBound {
  /** Construct path of the fleet. */
  readonly fleet: string;
  /** The fleet's share of the budget, in kilowatts or in USD per month. */
  readonly share: number;
  /** The greatest size that the share allows; scheduled actions may go up to it. */
  readonly allowedMaxSize: number;
  /** The greatest size that the fleet was given. */
  readonly wantedMaxSize: number;
  /** The greatest size that the fleet has: the smaller of the two. */
  readonly maxSize: number;
  /** What Auto Scaling can have at that size, in the same unit. */
  readonly worstUnits: number;
  /** What the worst mix of that draws or costs, in the unit of the share. */
  readonly worstCase: number;
}

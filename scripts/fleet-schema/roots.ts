/** The types that the document itself speaks of; everything that they reach is bound too. */
export const ROOT_TYPES = [
  'InferenceFleetStackProps',
  'WorkerFleetStackProps',
  'FleetCellsStackProps',
  'RayClusterStackProps',
  'BatchFleetStackProps',
  'InferenceImageOptions',
  'FleetDashboardProps',
  'FleetMeterProps',
  'PowerBudgetProps',
  'CostBudgetProps',
  'BillingBudgetProps',
] as const;

/** What a file of policy says. */
export const POLICY_TYPE = 'FleetPolicyRules';

/** The constructs that the document makes, whose methods without a result set them up further. */
export const SET_UP_TYPES = ['InferenceFleet', 'WorkerFleet', 'InferenceImage'] as const;

/** The metrics of a fleet: `functions/fleet-meter/figures/fleet-figures.ts` makes them, under the same names. */
export const FLEET_METRICS = [
  'OnDemandInstances',
  'SpotInstances',
  'VCpus',
  'UnpricedInstances',
  'ListCost',
  'SpotCost',
  'EffectiveCost',
  'PowerLow',
  'PowerTypical',
  'PowerHigh',
] as const;

export type FleetMetricName = (typeof FLEET_METRICS)[number];

/** Of all metrics of this library. */
export const METER_NAMESPACE = 'GravitonFleet';

/** The one metric of the meter itself, and its dimension. */
export const FAILED_FLEETS = { metricName: 'FailedFleets', dimension: 'FleetMeter' };

/**
 * Type of the construct metadata that carries a fleet's metrics and expressions into the cloud assembly.
 *
 * @internal
 */
export const MEASURES_METADATA = 'cdk-graviton-fleet:measures';

/** A CloudWatch metric that a figure of a fleet is made from. Dimensions may be references of a template. */
export interface MeasuredMetric {
  readonly namespace: string;
  readonly metricName: string;
  readonly dimensions: Readonly<Record<string, unknown>>;
  readonly statistic: string;
  /** Where the metric is, unless it is in the fleet's region. */
  readonly region?: string;
}

/** An expression for each end of a range. */
export interface MeasuredRange {
  readonly low: string;
  readonly high: string;
}

/** An expression for each figure of an estimate. */
export interface MeasuredEstimate extends MeasuredRange {
  readonly typical: string;
}

/** What a fleet's figures over a past time are made from: the dashboard's own expressions, and the metrics in them. */
export interface FleetMeasures {
  /** Construct path of the fleet. */
  readonly fleet: string;
  /** Metrics of the group by the ids under which the expressions know them, and the fleet's work by its name. */
  readonly metrics: Readonly<Record<string, MeasuredMetric>>;
  /** USD per hour. */
  readonly listCost?: MeasuredRange;
  /** USD per hour. */
  readonly effectiveCost?: MeasuredRange;
  /** USD per hour. */
  readonly idleCost?: MeasuredRange;
  /** kWh of a period. */
  readonly energy?: MeasuredEstimate;
  /** g CO2e per hour. */
  readonly carbon?: MeasuredEstimate;
  /** Why some work is not among the metrics though the fleet counts it, by its name. */
  readonly unreadable: Readonly<Record<string, string>>;
}

import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import {
  EstimateMetrics,
  FleetCapacity,
  FleetEconomics,
  FleetEconomicsOptions,
  RangeMetrics,
  SpotPriceMeaning,
} from '../../../lib';
import { existingFleet, newStack } from '../../support/fleet-app';
import { valuesOf } from '../../support/recorded-metrics';
import { _, SeriesById } from '../../support/series-source';

/*
 * Every figure of these tests is worked out by hand from these, in us-east-1 with its PUE of 1.15:
 *
 *   m9g.4xlarge, 16 vCPU   0.6, 1.78125 and 1.9 W per vCPU idle; 1.9, 3 and 4.5 W at full load; 0.04892 USD per vCPU-hour
 *   m8g.8xlarge, 32 vCPU   97 and 128 W per 64 vCPU idle; 175 and 368 W at full load; 0.04488 USD per vCPU-hour
 *   grid                   369.473 (Ember), 379.07 (Cloud Carbon Footprint) and 557.17 g CO2e per kWh (WattTime)
 *
 * A period has five minutes: a twelfth of an hour.
 */
export const M9G = 16 * 0.04892;
export const M8G = 32 * 0.04488;
export const IDLE = { low: 11.04, typical: 32.775, high: 34.96 };
export const FULL = { low: 34.96, typical: 55.2, high: 82.8 };
export const MIXED_IDLE = { ...IDLE, high: 73.6 };
export const MIXED_FULL = { ...FULL, high: 211.6 };
export const GRID = { low: 369.473, typical: 379.07, high: 557.17 };
export const DISCOUNT = { percent: 25, source: 'agreement', asOf: '2026-11-01' };
export const SPOT = {
  usdPerHour: { 'm9g.4xlarge': 0.25, 'm8g.8xlarge': 0.5 },
  region: 'us-east-1',
  meaning: SpotPriceMeaning.MEAN_30_DAYS,
  source: 'DescribeSpotPriceHistory',
  asOf: '2026-11-01',
};

/**
 * Two instances at 50 percent, three of which the utilization is late, a gap in their number, none, and four at 100
 * percent. Requests and tokens come from a fleet with instances only, but for a stray one in the gap.
 */
export const RECORDED: SeriesById = {
  GroupInServiceInstances: [2, 3, _, 0, 4],
  CPUUtilization: [50, _, 100, _, 100],
  Tokens: [1_000_000, 0, 500_000, _, 4_000_000],
  RequestCount: [600, 0, 5, _, 1200],
  NumberOfMessagesDeleted: [50, 0, 5, _, 400],
};

export const tokens = new cloudwatch.Metric({ namespace: 'Runtime', metricName: 'Tokens', statistic: 'Sum' });

export type Method = (economics: FleetEconomics) => EstimateMetrics | RangeMetrics | undefined;
export type Values = (number | undefined)[];

export function economicsOf(capacity: FleetCapacity, options: FleetEconomicsOptions = {}): FleetEconomics {
  return new FleetEconomics(existingFleet(newStack(), { capacity }), options);
}

/** The figures of each bound, five significant digits of them: the expressions carry six. */
export function figures(
  metrics: EstimateMetrics | RangeMetrics | undefined,
  recorded = RECORDED,
): Record<string, Values> {
  const bounds = Object.entries(metrics!) as [string, cloudwatch.MathExpression][];
  return Object.fromEntries(bounds.map(([bound, metric]) => [bound, rounded(valuesOf(metric, recorded))]));
}

export function rounded(values: Values): Values {
  return values.map((value) => value && Number(value.toPrecision(5)));
}

/** What a figure per instance makes of the watts of two, three and four instances, each as busy as recorded. */
export function watts(idle: number, full: number, share = 0.5): Values {
  const half = idle + (full - idle) * share;
  return [2 * half, 3 * half, _, 0, 4 * full];
}

export function each(values: Values, change: (value: number, index: number) => number | undefined): Values {
  return rounded(values.map((value, index) => (value === undefined ? _ : change(value, index))));
}

export function bounds(
  change: (value: number, index: number) => number | undefined,
  [idle, full, share]: [typeof IDLE, typeof FULL, number?] = [IDLE, FULL],
): Record<string, Values> {
  return {
    low: each(watts(idle.low, full.low, share), change),
    typical: each(watts(idle.typical, full.typical, share), change),
    high: each(watts(idle.high, full.high, share), change),
  };
}

/** Per so many of what was recorded, and nothing where there was none of it. */
export function per(name: string, howMany: number): (total: number, index: number) => number | undefined {
  return (total, index) => {
    const count = RECORDED[name][index];
    return count ? (total * howMany) / count : _;
  };
}

export const kilowattHours = (value: number) => value / 1000 / 12;

import { Duration, Lazy } from 'aws-cdk-lib';
import { describe, expect, test } from 'vitest';
import { FleetMeterUsage, FleetMeterUsageOptions } from '../../../lib';
import { scanGroups } from '../../../lib/economics/meter/private/scan-groups';
import { textOf } from '../../documents/documents';
import { problemsOf } from '../../support/config-error';

/** A number as pages write it. */
function grouped(value: number | string): string {
  return value.toLocaleString('en-US');
}

describe('the usage of a meter in a month', () => {
  const SIZES: FleetMeterUsageOptions[] = [
    { fleets: 1, instances: 10 },
    { fleets: 4, instances: 1_000 },
    { fleets: 40, instances: 100_000 },
  ];

  test('is what docs/economics.md says', () => {
    const rows = SIZES.map((options) => {
      const usage = new FleetMeterUsage(options);
      const calls = usage.describeInstancesPerRun + usage.describeSpotPriceHistoryPerRun;
      const toCloudWatch = usage.metricReadsPerRun + usage.metricWritesPerRun;
      const usd = [usage.customMetricsUsd, usage.callsUsd, usage.functionUsd, usage.usd].map((one) => one.toFixed(2));
      return [options.instances, options.fleets, calls, toCloudWatch, usage.runs * (calls + toCloudWatch), ...usd];
    });
    expect(rows).toEqual([
      [10, 1, 2, 2, 35_040, '3.30', '0.18', '0.38', '3.85'],
      [1_000, 4, 2, 2, 35_040, '12.30', '0.44', '0.38', '13.11'],
      [100_000, 40, 101, 2, 902_280, '120.30', '3.59', '16.36', '140.25'],
    ]);
    const page = textOf('docs/economics.md').replace(/ +/g, ' ');
    for (const [instances, fleets, calls, toCloudWatch, perMonth, ...usd] of rows) {
      const cells = [`${grouped(instances)} (${fleets})`, `${calls} / ${toCloudWatch}`, grouped(perMonth), ...usd];
      expect(page).toContain(`| ${cells.join(' | ')} |`);
    }
  });

  test('follows fleets, not instances, as far as metrics go', () => {
    const [small, large] = [10, 100_000].map((instances) => new FleetMeterUsage({ fleets: 40, instances }));
    expect(small.customMetrics).toBe(401);
    expect(large.customMetrics).toBe(401);
    expect(small.metricReadsPerRun).toBe(large.metricReadsPerRun);
  });

  test('of fleets without instances is one page, and no question that nobody asks', () => {
    const usage = new FleetMeterUsage({ fleets: 200, instances: 0 });
    expect(usage).toMatchObject({
      runs: 8760,
      describeInstancesPerRun: 1,
      describeSpotPriceHistoryPerRun: 0,
      metricReadsPerRun: 0,
      metricWritesPerRun: 3,
      customMetrics: 2001,
    });
  });

  test('halves with twice the interval, but for the metrics', () => {
    const options = { fleets: 4, instances: 1000, spot: false };
    const [often, rarely] = [5, 10].map((minutes) => {
      return new FleetMeterUsage({ ...options, interval: Duration.minutes(minutes) });
    });
    expect(rarely.callsUsd + rarely.functionUsd).toBeCloseTo((often.callsUsd + often.functionUsd) / 2, 10);
    expect(rarely.customMetricsUsd).toBe(often.customMetricsUsd);
    expect(often.describeSpotPriceHistoryPerRun).toBe(0);
  });

  test('is not made up for figures out of their range', () => {
    const problems = problemsOf(() => new FleetMeterUsage({ fleets: 0, instances: -1, interval: Duration.hours(2) }));
    expect(problems.map(({ what }) => what)).toEqual(['fleets', 'instances', 'interval']);
  });

  test('is not made up for figures that are only known at deployment, or an interval that no meter takes', () => {
    const unknown = Lazy.number({ produce: () => 3 });
    const options = { fleets: unknown, instances: unknown, interval: Duration.seconds(90) };
    const problems = problemsOf(() => new FleetMeterUsage(options));
    expect(problems.map(({ what, got }) => `${what}: ${got}`)).toEqual([
      'fleets: a value that is only known at deployment',
      'instances: a value that is only known at deployment',
      'interval: 1 minute 30 seconds',
    ]);
  });
});

describe('groups that are asked for together', () => {
  const scan = (...sizes: number[]) =>
    scanGroups(sizes.map((mostInstances, group) => ({ group, mostInstances }))).map((groups) => groups.length);

  test('have 5,000 instances at most, unless one group alone has more', () => {
    expect(scan(5000, 1)).toEqual([1, 1]);
    expect(scan(2500, 2500, 1)).toEqual([2, 1]);
    expect(scan(100_000, 10, 10)).toEqual([1, 2]);
  });

  test('are 200 at most, which EC2 takes in a filter', () => {
    expect(scan(...Array<number>(450).fill(1))).toEqual([200, 200, 50]);
  });
});

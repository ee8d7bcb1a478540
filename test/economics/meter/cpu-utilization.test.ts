import { CloudWatchClient, GetMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { expect, test } from 'vitest';
import { cpuUtilization } from '../../../functions/fleet-meter/figures/cpu-utilization';

const at = (clock: string) => new Date(`2026-11-23T${clock}:00Z`);

/** A CloudWatch that has these data points of a group, in percent by the start of their period. */
function cloudWatchWith(points: Readonly<Record<string, number>>): CloudWatchClient {
  const send = ({ input }: GetMetricDataCommand) => {
    const { StartTime, EndTime } = input;
    const inside = Object.keys(points).filter((clock) => at(clock) >= StartTime! && at(clock) < EndTime!);
    const newestFirst = inside.sort().reverse();
    return Promise.resolve({
      MetricDataResults: [
        { Id: 'cpu0', Timestamps: newestFirst.map(at), Values: newestFirst.map((clock) => points[clock]) },
      ],
    });
  };
  return { send } as unknown as CloudWatchClient;
}

async function utilizationAt(clock: string, points: Readonly<Record<string, number>>): Promise<number | undefined> {
  const { signal } = new AbortController();
  return (await cpuUtilization(cloudWatchWith(points), at(clock), ['Group'], signal)).get('Group');
}

test.each([
  // Five minutes ended just now, for which few instances have reported.
  ['06:05', 0.4],
  ['06:09', 0.4],
  ['06:10', 0.9],
])('at %s the newest five minutes that ended five minutes ago count: %d', async (clock, expected) => {
  expect(await utilizationAt(clock, { '05:50': 10, '05:55': 40, '06:00': 90, '06:05': 99 })).toBe(expected);
});

test('a data point is taken for 20 minutes after that, and then none', async () => {
  expect(await utilizationAt('06:25', { '06:00': 90 })).toBe(0.9);
  expect(await utilizationAt('06:29', { '06:00': 90 })).toBe(0.9);
  expect(await utilizationAt('06:30', { '06:00': 90 })).toBeUndefined();
});

import { beforeAll, expect, test } from 'vitest';
import { FleetMeterUsage } from '../../lib';
import { buildFunctions } from '../../scripts/build-functions';
import { runFleetMeter } from '../support/fleet-meter-run';
import { averagesOf, mixedEvent, mixedFigures, mixedFleets, rounded, supply } from '../support/metered-fleets';
import { SimulatedAws } from '../support/simulated-aws/simulated-aws';

const FLEETS = 40;
const HEAP_MIB = 128;

beforeAll(() => buildFunctions());

/** EC2 and CloudWatch are simulated, with answers of real size: a page of 1,000 instances has 4.6 MB. */
async function measure(instancesPerPool: number, throttled: number) {
  const fleets = mixedFleets(FLEETS, instancesPerPool);
  const aws = await SimulatedAws.start(fleets, { throttled, repeated: 10 });
  supply(aws);
  try {
    const scans = fleets.map(({ group }) => [group]);
    // The function has a whole processor for 300 s; here it may have to share one, and only its own seconds count.
    const result = await runFleetMeter(aws, mixedEvent(scans), { heapMib: HEAP_MIB, timeoutSeconds: 1500 });
    return { aws, result };
  } finally {
    await aws.stop();
  }
}

test('measures 200,160 instances in 40 fleets, throttled, with 128 MiB of heap and in 200 s of a processor', async () => {
  const perPool = 834;
  const { aws, result } = await measure(perPool, 0.2);
  const { describeInstancesPerRun } = new FleetMeterUsage({ fleets: FLEETS, instances: FLEETS * perPool * 6 });
  console.log(
    `${FLEETS * perPool * 6} instances: ${result.cpuSeconds.toFixed(1)} s of a processor, ` +
      `${result.seconds.toFixed(1)} s, at most ${result.peakMib.toFixed(0)} MiB, ${JSON.stringify(aws.calls)}`,
  );
  expect(result.error).toBeUndefined();
  for (let fleet = 0; fleet < FLEETS; fleet++) {
    expect(rounded(averagesOf(aws, `Group-${fleet}`))).toEqual(rounded(mixedFigures(perPool)));
  }
  // 5,004 instances per fleet: six pages, and ten instances of each page come again on the next.
  expect(aws.calls).toMatchObject({
    DescribeInstances: describeInstancesPerRun,
    DescribeSpotPriceHistory: 1,
    GetMetricData: 1,
    PutMetricData: 1,
  });
  expect(aws.calls.Throttled).toBeGreaterThan(20);
  expect(result.cpuSeconds).toBeLessThan(200);
  // Of Lambda's 1,769 MB; V8 had to do with 128 of them.
  expect(result.peakMib).toBeLessThan(512);
}, 1_600_000);

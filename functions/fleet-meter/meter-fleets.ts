import { CloudWatchClient, MetricDatum } from '@aws-sdk/client-cloudwatch';
import { EC2Client } from '@aws-sdk/client-ec2';
import { JsonLog } from '../../instance/common/json-log';
import { Deadline } from './deadline';
import { fleetFigures } from './figures/fleet-figures';
import { Measurement, Measuring } from './measurement';
import { MeterEvent } from './meter-event';
import { datum, publishMetrics } from './publish-metrics';

const MINUTE = 60_000;

/** The clients and the time of a run. */
export interface RunContext {
  readonly ec2: EC2Client;
  readonly cloudWatch: CloudWatchClient;
  readonly log: JsonLog;
  /** Milliseconds until reading must end, so that publishing has the rest. */
  readonly readingMilliseconds: number;
}

/**
 * Reads all fleets and publishes their figures. Each data point is of the time at which the run was due. CloudWatch keeps
 * what another attempt, or an event that comes twice, publishes for that time beside the first: read the metrics by
 * Average, which is then between the two, Minimum or Maximum, never by Sum or SampleCount, which add up.
 *
 * @throws Error after everything else was published, when a fleet could not be read or a request to publish failed
 */
export async function meterFleets(event: MeterEvent, context: RunContext): Promise<void> {
  const { ec2, cloudWatch, log } = context;
  const time = new Date(Math.floor(Date.parse(event.scheduledTime) / MINUTE) * MINUTE);
  const deadline = new Deadline(context.readingMilliseconds);
  let measurement: Measurement;
  try {
    measurement = await new Measuring(ec2, cloudWatch, time, deadline).measure(event.scans);
  } finally {
    deadline.clear();
  }
  const { counts, failures } = measurement;
  await publishMetrics(cloudWatch, [
    ...fleetData(event, measurement, time),
    datum('FleetMeter', event.meter, 'FailedFleets', failures.size, time),
  ]);
  failures.forEach((reason, group) => log.error('fleet-failed', { group, reason }));
  log.info('metered', { scheduledTime: event.scheduledTime, fleets: counts.size, failed: failures.size });
  if (failures.size > 0) {
    const fleets = event.scans.flat().length;
    throw new Error(`${failures.size} of ${fleets} fleets could not be measured: ${[...failures.keys()].join(', ')}`);
  }
}

function fleetData({ types, powerCurve }: MeterEvent, measurement: Measurement, time: Date): MetricDatum[] {
  const { counts, spotPrices, cpuUtilization } = measurement;
  return [...counts].flatMap(([group, pools]) => {
    const figures = fleetFigures(pools, {
      types,
      powerCurve,
      spotUsdPerHour: (instanceType, zone) => spotPrices?.usdPerHour(instanceType, zone),
      cpuUtilization: cpuUtilization?.get(group),
    });
    return Object.entries(figures)
      .filter((entry): entry is [string, number] => entry[1] !== undefined)
      .map(([name, value]) => datum('AutoScalingGroupName', group, name, value, time));
  });
}

import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { EC2Client } from '@aws-sdk/client-ec2';
import { JsonLog } from '../../instance/common/json-log';
import { CLIENT_OPTIONS } from './client-options';
import { readMeterEvent } from './meter-event';
import { meterFleets } from './meter-fleets';

/** Publishing takes about a second; this leaves time for its attempts after the first. */
const PUBLISHING_MILLISECONDS = 20_000;

/** What Lambda gives beside the event, as far as it is used. */
export interface LambdaContext {
  getRemainingTimeInMillis(): number;
}

const ec2 = new EC2Client(CLIENT_OPTIONS);
const cloudWatch = new CloudWatchClient(CLIENT_OPTIONS);
const log = new JsonLog('fleet-meter');

/** What Lambda calls for each event of the schedule. */
export async function handler(event: unknown, context: LambdaContext): Promise<void> {
  const readingMilliseconds = context.getRemainingTimeInMillis() - PUBLISHING_MILLISECONDS;
  await meterFleets(readMeterEvent(event), { ec2, cloudWatch, log, readingMilliseconds });
}

import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { InstanceMetadata } from '../common/instance-metadata';
import { JsonLog, reasonOf } from '../common/json-log';
import { runProgram } from '../common/run-program';
import { StateFile } from './agent-state';
import { MetricsAgent } from './metrics-agent';
import { FLEET_TAG } from './published-metrics';
import { minuteOf } from './publishing/minute';
import { Publisher } from './publishing/publisher';
import { processPages } from './reading/process-pages';
import { offsetOf, untilNext } from './schedule';

/** systemd sets it to what RuntimeDirectory= has made. */
const STATE_DIRECTORY = process.env.RUNTIME_DIRECTORY ?? '/run/graviton-metrics';
const log = new JsonLog('metrics-agent');

/** Usage: `metrics-agent.js [ROOT]`. Runs until it is stopped, and not at all outside of a fleet. */
async function main(): Promise<void> {
  const pages = processPages(process.argv[2] ?? '/');
  const metadata = new InstanceMetadata();
  const fleet = await metadata.read(`tags/instance/${FLEET_TAG}`);
  if (fleet === undefined) {
    log.info('in-no-fleet');
    return;
  }
  const instanceId = await metadata.require('instance-id');
  const region = await metadata.require('placement/region');
  const agent = new MetricsAgent({
    pages,
    publisher: new Publisher(new CloudWatchClient({ region, maxAttempts: 1 }), fleet),
    stateFile: new StateFile(STATE_DIRECTORY),
    isInService: () => isInService(metadata),
    log,
  });
  run(agent, offsetOf(instanceId));
  log.info('started', { fleet, processes: Object.keys(pages).length });
}

function run(agent: MetricsAgent, offset: number): void {
  let working: Promise<void> = Promise.resolve();
  let timer: NodeJS.Timeout;
  const publish = (): Promise<void> =>
    (working = working
      .then(() => agent.publish(Date.now()))
      .catch((error: unknown) => log.error('not-published', { reason: reasonOf(error) })));
  const schedule = (lastMinute: number): void => {
    timer = setTimeout(
      () => {
        const minute = minuteOf(Date.now());
        void publish().then(() => schedule(minute));
      },
      untilNext(Date.now(), offset, lastMinute),
    );
  };
  schedule(-Infinity);
  process.once('SIGTERM', () => {
    clearTimeout(timer);
    // What was counted since the last minute would be lost with the processes.
    void publish().then(() => process.exit(0));
  });
}

/** Requests come only to instances in service: one that starts, or waits in a warm pool, would lower every average. */
async function isInService(metadata: InstanceMetadata): Promise<boolean> {
  try {
    return ['InService', undefined].includes(await metadata.read('autoscaling/target-lifecycle-state'));
  } catch {
    // It was told its fleet, so that it most likely serves it.
    return true;
  }
}

runProgram(log, main);

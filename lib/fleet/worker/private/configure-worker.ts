import { Stack } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import { InferenceRuntime } from '../../../image';
import { FleetDrain } from '../../lifecycle';
import { TERMINATION_HOOK } from '../../lifecycle/private/create-drain';
import { LifecycleTimers } from '../../lifecycle/private/lifecycle-timers';
import { wholeSeconds } from '../../private/range-problems';
import { JobIsolation } from '../job-isolation';
import { JobOptions } from '../job-options';
import { DEFAULT_VISIBILITY, JobStores } from './create-job-stores';

const WORKER_FILE = '/etc/graviton/worker.json';
const WORKER_UNIT = 'graviton-worker-agent.service';

/** Where in the bucket the results are. */
export const RESULT_PREFIX = 'results/';

export interface WorkerConfigurationParts {
  readonly userData: ec2.UserData;
  readonly jobs: JobOptions;
  readonly stores: JobStores;
  readonly runtime: InferenceRuntime;
  readonly drain: FleetDrain;
  readonly timers: LifecycleTimers;
}

/** Writes on the first boot what the worker agent must know, in the words of its configuration, and starts it. */
export function configureWorker(fleet: Construct, parts: WorkerConfigurationParts): void {
  const { userData, jobs, stores, runtime, drain, timers } = parts;
  const { visibilityTimeout = DEFAULT_VISIBILITY, slotsPerVcpu = 1 } = jobs;
  const content = {
    queueUrl: stores.queue.queueUrl,
    ledgerTable: stores.ledger.tableName,
    slotsPerVcpu,
    visibilitySeconds: wholeSeconds(visibilityTimeout).toSeconds(),
    handler: jobs.handler._configuration(runtime),
    results: {
      queueUrl: stores.resultQueue.queueUrl,
      bucket: stores.resultBucket.bucketName,
      prefix: RESULT_PREFIX,
    },
    lifecycleHookName: TERMINATION_HOOK,
    hookSeconds: timers.terminationTimeout.toSeconds(),
    drainSeconds: drain.longestRequest.toSeconds(),
  };
  userData.addCommands(
    'mkdir -p /etc/graviton',
    `cat >${WORKER_FILE} <<'END'\n${Stack.of(fleet).toJsonString(content)}\nEND`,
    ...(jobs.handler._isolation === JobIsolation.SYSTEMD ? RUN_AS_ROOT : []),
    // At boot the unit had no configuration yet.
    `systemctl start --no-block ${WORKER_UNIT}`,
  );
}

/** Only root may start transient units; each job's unit has a user of its own. */
const RUN_AS_ROOT = [
  `mkdir -p /etc/systemd/system/${WORKER_UNIT}.d`,
  `printf '[Service]\\nUser=root\\n' >/etc/systemd/system/${WORKER_UNIT}.d/50-root.conf`,
  'systemctl daemon-reload',
];

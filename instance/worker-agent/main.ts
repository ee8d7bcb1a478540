import * as os from 'node:os';
import { AutoScalingClient } from '@aws-sdk/client-auto-scaling';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { SQSClient } from '@aws-sdk/client-sqs';
import { identify, InstanceIdentity } from '../common/instance-identity';
import { InstanceMetadata } from '../common/instance-metadata';
import { InterruptionWatch } from '../common/interruption-watch';
import { JsonLog } from '../common/json-log';
import { LifecycleHook } from '../common/lifecycle-hook';
import { ConfigurationError, readConfiguration } from '../common/read-configuration';
import { runProgram } from '../common/run-program';
import { countIllegalInstruction } from './count-illegal-instruction';
import { JobHandler } from './handlers/job-handler';
import { ProgramHandler } from './handlers/program-handler';
import { ServerHandler } from './handlers/server-handler';
import { JobLedger } from './jobs/job-ledger';
import { ResultQueue } from './results/result-queue';
import { ResultStore } from './results/result-store';
import { BusySignal, ScaleInProtection, UNPROTECTED } from './scale-in-protection';
import { Termination } from './termination';
import { Worker, WorkerParts } from './worker';
import { WorkerConfiguration } from './worker-configuration';
import configurationSchema from './worker-configuration.schema.json';

const DEFAULT_CONFIGURATION_FILE = '/etc/graviton/worker.json';
const MAXIMUM_ATTEMPTS = 5;
const log = new JsonLog('worker-agent');

/** Usage: `worker-agent.js [CONFIGURATION]`. Runs until the machine stops. */
async function main(): Promise<void> {
  const configuration = readConfiguration<WorkerConfiguration>(
    process.argv[2] ?? DEFAULT_CONFIGURATION_FILE,
    configurationSchema,
  );
  const metadata = new InstanceMetadata();
  const identity = await identify(metadata, configuration);
  const worker = new Worker(partsOf(configuration, identity));
  const termination = new Termination(
    LifecycleHook.of(configuration.lifecycleHookName, identity, log),
    configuration,
    log,
  );
  const watch = new InterruptionWatch(metadata, configuration, log);
  watch.onInterruption((interruption) => {
    termination.interrupt(interruption);
    worker.interrupt(interruption);
  });
  process.once('SIGTERM', () => {
    watch.announce({ kind: 'shutdown' });
    void termination.drained().then(() => process.exit(0));
  });
  // Before the first job is taken: an agent that starts again on an instance that must go takes none.
  await watch.start();
  log.info('started', { instanceId: identity.instanceId, slots: slotsOf(configuration) });
  await worker.run();
  await termination.finish();
}

function partsOf(configuration: WorkerConfiguration, identity: InstanceIdentity): WorkerParts {
  const { ledgerTable, recordDays, results } = configuration;
  const { region, instanceId } = identity;
  const clientOptions = { region, maxAttempts: MAXIMUM_ATTEMPTS };
  const sqs = new SQSClient(clientOptions);
  return {
    configuration,
    sqs,
    log,
    instanceId,
    ledger: new JobLedger(new DynamoDBClient(clientOptions), ledgerTable, recordDays),
    handler: handlerOf(configuration),
    store: new ResultStore(new S3Client(clientOptions), results),
    results: results.queueUrl === undefined ? undefined : new ResultQueue(sqs, results.queueUrl),
    slots: slotsOf(configuration),
    busy: busySignalOf(configuration, identity),
  };
}

function slotsOf({ slots, slotsPerVcpu }: WorkerConfiguration): number {
  return slots ?? Math.max(1, Math.floor(os.availableParallelism() * slotsPerVcpu));
}

function handlerOf({ handler, results, reportCommand }: WorkerConfiguration): JobHandler {
  if (handler.program) {
    const count = () => countIllegalInstruction(reportCommand, log);
    return new ProgramHandler(handler.program, results.maximumBytes, count);
  }
  if (handler.server) {
    return new ServerHandler(handler.server, results.maximumBytes);
  }
  throw new ConfigurationError('handler has neither program nor server');
}

function busySignalOf(configuration: WorkerConfiguration, identity: InstanceIdentity): BusySignal {
  const { region, instanceId, autoScalingGroupName } = identity;
  return configuration.scaleInProtection && autoScalingGroupName !== undefined
    ? new ScaleInProtection(
        new AutoScalingClient({ region }),
        autoScalingGroupName,
        instanceId,
        configuration.idleSeconds,
        log,
      )
    : UNPROTECTED;
}

runProgram(log, main);

import { execFileSync } from 'node:child_process';
import { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { identify, InstanceIdentity } from '../common/instance-identity';
import { InstanceMetadata } from '../common/instance-metadata';
import { InterruptionWatch } from '../common/interruption-watch';
import { JsonLog, reasonOf } from '../common/json-log';
import { LifecycleHook } from '../common/lifecycle-hook';
import { processPorts } from '../common/process-ports';
import { ConfigurationError, readConfiguration } from '../common/read-configuration';
import { runProgram } from '../common/run-program';
import { Drain } from './drain';
import { DrainConfiguration } from './drain-configuration';
import configurationSchema from './drain-configuration.schema.json';
import { DrainState } from './drain-state';
import { OpenConnections } from './open-connections';
import { ProcessGauges } from './process-gauges';
import { RuntimeContract } from './runtime-contract';
import runtimeSchema from './runtime-contract.schema.json';
import { TargetGroups } from './target-groups';

const DEFAULT_CONFIGURATION_FILE = '/etc/graviton/drain.json';
const log = new JsonLog('drain-agent');

/** Usage: `drain-agent.js [CONFIGURATION]`. Runs until the machine stops. */
async function main(): Promise<void> {
  const configuration = readConfiguration<DrainConfiguration>(
    process.argv[2] ?? DEFAULT_CONFIGURATION_FILE,
    configurationSchema,
  );
  const runtime = readConfiguration<RuntimeContract>(configuration.runtimeFile, runtimeSchema);
  const metadata = new InstanceMetadata();
  const identity = await identify(metadata, configuration);
  const state = new DrainState(configuration.stateDirectory);
  const drain = drainOf(configuration, runtime, identity, state);
  const watch = new InterruptionWatch(metadata, configuration, log, state);
  watch.onInterruption((interruption) => {
    void drain
      .interrupt(interruption)
      .catch((error: unknown) => log.error('drain-failed', { reason: reasonOf(error) }));
  });
  process.once('SIGTERM', () => {
    void endOn(watch, drain).then(() => process.exit(0));
  });
  log.info('started', { instanceId: identity.instanceId, autoScalingGroupName: identity.autoScalingGroupName });
  await watch.start();
}

function drainOf(
  configuration: DrainConfiguration,
  runtime: RuntimeContract,
  identity: InstanceIdentity,
  state: DrainState,
): Drain {
  const { instanceId, region } = identity;
  const { lifecycleHookName, targetGroupArns } = configuration;
  const hook = LifecycleHook.of(lifecycleHookName, identity, log);
  const targets =
    targetGroupArns.length > 0
      ? new TargetGroups(new ElasticLoadBalancingV2Client({ region }), targetGroupArns, instanceId, log)
      : undefined;
  return new Drain({ configuration, hook, targets, state, log, inFlight: inFlightOf(configuration, runtime) });
}

function inFlightOf({ inFlightMetrics, layoutCommand }: DrainConfiguration, runtime: RuntimeContract) {
  const { port, firstProcessPort = port, metricsPath } = runtime;
  if (inFlightMetrics.length === 0) {
    return new OpenConnections(port);
  }
  if (metricsPath === undefined) {
    throw new ConfigurationError('inFlightMetrics are given, but the runtime has no metricsPath');
  }
  // A process without a proxy has the port itself. Through the proxy one of several would answer, for itself alone.
  const ports = firstProcessPort === port ? () => [port] : () => processPorts(layoutCommand);
  return new ProcessGauges({ ports, metricsPath, names: inFlightMetrics });
}

/** SIGTERM also comes when only the agent is started anew; then the instance keeps its work. */
async function endOn(watch: InterruptionWatch, drain: Drain): Promise<void> {
  if (machineStops()) {
    watch.stop();
    await drain.interrupt({ kind: 'shutdown' });
  }
  drain.stop();
}

function machineStops(): boolean {
  try {
    return execFileSync('systemctl', ['is-system-running'], { encoding: 'utf8', timeout: 2000 }).trim() === 'stopping';
  } catch (error) {
    // It exits with 1 in every state but "running", and says the state all the same.
    return String((error as { stdout?: string }).stdout ?? '').trim() === 'stopping';
  }
}

runProgram(log, main);

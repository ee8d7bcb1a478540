import { Duration, Token } from 'aws-cdk-lib';
import { Problem } from '../../../validation';
import { NODE } from '../../private/programs/node-js';
import { BuiltInRuntimeOptions } from '../built-in-runtime-options';
import { ServedWeights } from '../served-weights';
import { SystemdRuntimeOptions } from '../systemd-runtime-options';
import { numberProblems } from './number-problems';
import { REQUEST_SECONDS_VARIABLE, STOP_SECONDS_VARIABLE } from './runtime-unit';

export const SERVER_USER = 'graviton-server';
export const SERVER_INSTALLATION = '/opt/graviton/server';
export const API_KEYS_UNIT = 'graviton-api-keys.service';
export const MODEL_UNIT = 'graviton-model.service';

const MODEL_FILE = '/var/lib/graviton/model/model.gguf';
const API_KEYS_FILE = '/run/graviton-api-keys/keys';

/** Of the engine and of the server's command line: kernels/engine/include/graviton_engine.h, server/command-line.ts. */
export const SLOTS_MAX = 1024;
const CONTEXT_MAX = 1_048_576;
const QUEUED_MAX = 100_000;
const REQUEST_SECONDS_MAX = 86_400;

export const DEFAULT_SLOTS = 4;

/** The longest request where neither the runtime nor a fleet says one. */
export const DEFAULT_REQUEST_TIMEOUT = Duration.minutes(10);

/** Every option of the server that cannot work, but for those of every runtime. */
export function builtInProblems(options: BuiltInRuntimeOptions): Problem[] {
  const { slots, contextLength, maxQueued, model, requestTimeout } = options;
  const trained = model.facts?.contextLength ?? CONTEXT_MAX;
  // Of a time that is not known not even the unit can be changed.
  const timeout = requestTimeout?.isUnresolved()
    ? Token.asNumber(requestTimeout)
    : requestTimeout?.toSeconds({ integral: false });
  return [
    ...numberProblems('slots', slots, [1, SLOTS_MAX], 'give the requests that a process works on at a time'),
    ...numberProblems('contextLength', contextLength, [1, trained], 'ask for no longer context than the model has'),
    ...numberProblems('maxQueued', maxQueued, [0, QUEUED_MAX], 'give the requests of a process that may wait'),
    ...numberProblems('requestTimeout', timeout, [1, REQUEST_SECONDS_MAX], 'give whole seconds, up to a day'),
  ];
}

/** The server as a program that systemd runs. */
export function builtInProgram(options: BuiltInRuntimeOptions): SystemdRuntimeOptions {
  const {
    model,
    contextLength,
    weights,
    apiKeys,
    maxQueued,
    requestTimeout,
    slots = DEFAULT_SLOTS,
    port,
    placement,
  } = options;
  const given = {
    'context-length': contextLength,
    weights: weights === ServedWeights.GK4 ? weights : undefined,
    'api-keys-file': apiKeys && API_KEYS_FILE,
    'max-queued': maxQueued,
    'request-seconds': requestTimeout?.toSeconds() ?? REQUEST_SECONDS_VARIABLE,
  };
  return {
    ...{ port, placement, slotsPerProcess: slots, healthPath: '/health/ready', metricsPath: '/metrics' },
    user: SERVER_USER,
    requiredUnits: [MODEL_UNIT],
    command: [
      ...[`/usr/bin/${NODE}`, `${SERVER_INSTALLATION}/graviton-server.js`, '--model', MODEL_FILE],
      ...['--model-name', options.modelName ?? model._name ?? 'model'],
      ...['--host', '${INFERENCE_HOST}', '--port', '${INFERENCE_PORT}', '--slots', '${INFERENCE_SLOTS}'],
      ...['--cores', '${INFERENCE_CPUS}', '--threads', '${INFERENCE_THREADS}'],
      // What was accepted is finished for as long as systemd waits.
      ...['--drain-seconds', STOP_SECONDS_VARIABLE],
      ...Object.entries(given).flatMap(([name, value]) => (value === undefined ? [] : [`--${name}`, `${value}`])),
    ],
  };
}

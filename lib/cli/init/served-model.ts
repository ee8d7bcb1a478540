import * as path from 'node:path';
import { InstanceCatalog } from '../../catalog';
import { gibibytes } from '../../fleet/private/model-memory/memory-fixes';
import { modelMemory } from '../../fleet/private/model-memory/model-memory';
import { ModelFacts, ProcessPlacement, ServedWeights } from '../../image';
import { objectProblems } from '../../image/model/private/source-problems';
import { DEFAULT_SLOTS } from '../../image/runtime/private/built-in-command';
import { FleetConfigError, Problem } from '../../validation';
import { RuntimeAnswers, ServerAnswers } from './project-answers';

/** Enough for a chat; what models of today are trained for, 131,072 tokens and more, takes 16 times as much memory. */
const CONTEXT = 8192;

/** What about every model was trained for, where nothing is known of it. */
const LEAST_CONTEXT = 4096;

const S3_LOCATION = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])\/(.+)$/;

/** What is wrong with where a model is, or nothing. */
export function locationProblem(location: string): string | undefined {
  try {
    serverFor(location, '.');
    return undefined;
  } catch (error) {
    if (!(error instanceof FleetConfigError)) {
      throw error;
    }
    return error.problems.map(({ got, allowed, fix }) => `It is ${got}. Allowed is ${allowed}: ${fix}.`).join(' ');
  }
}

/**
 * The built-in server for a model that is there.
 *
 * @param location path of a GGUF file, or `s3://bucket/key`
 * @param directory of the project, from which its template names the file
 * @throws FleetConfigError when no server could have it
 */
export function serverFor(location: string, directory: string): ServerAnswers {
  if (!location.startsWith('s3:')) {
    const facts = ModelFacts.fromFile(location);
    const relative = path.relative(directory, path.resolve(location)).split(path.sep).join('/');
    const file = relative.startsWith('../') || path.isAbsolute(relative) ? relative : `./${relative}`;
    return { model: { file }, contextLength: Math.min(CONTEXT, facts.contextLength), facts };
  }
  const [, bucket, key] = S3_LOCATION.exec(location) ?? [];
  const problems = key === undefined ? [noObject(location)] : objectProblems(key, {});
  if (problems.length > 0) {
    throw new FleetConfigError('model', problems);
  }
  return { model: { bucket, key }, contextLength: LEAST_CONTEXT };
}

function noObject(location: string): Problem {
  const allowed = 'a GGUF file, or an object such as s3://my-models/llama-3.1-8b-q4_0.gguf';
  return { what: 'model', got: JSON.stringify(location), allowed, fix: 'give bucket and key' };
}

/** Why an instance type does not hold the model of a runtime, or nothing. */
export function memoryProblem(runtime: RuntimeAnswers, instanceType: string): string | undefined {
  const instance = InstanceCatalog.lookup(instanceType);
  if (!('model' in runtime) || runtime.facts === undefined || instance === undefined) {
    return undefined;
  }
  const { facts, contextLength } = runtime;
  const serving = { slots: DEFAULT_SLOTS, weights: ServedWeights.AS_FILED, placement: ProcessPlacement.perCores() };
  const { needed, available } = modelMemory({ facts, contextLength, ...serving }, instance);
  return needed > available
    ? `It has ${gibibytes(Math.max(available, 0))} of memory for the model, which needs ${gibibytes(needed)}.`
    : undefined;
}

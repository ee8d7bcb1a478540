import { InstanceCatalog, InstanceFacts } from '../../catalog';
import { modelMemory, ServedModel } from '../../fleet/private/model-memory/model-memory';
import { mostSlots } from '../../fleet/private/model-memory/most-slots';
import { ModelFactsOptions, ProcessPlacement, ServedWeights } from '../../image';
import { ModelFile, modelFile } from '../../image/model/private/gguf/model-file';
import { PartWeights } from '../../image/model/private/gguf/weights';
import { ModelShape } from '../../image/model/private/model-shape';
import { cacheBytes } from '../../image/model/private/process-memory';
import { UsageError } from '../usage-error';
import { modelCard } from './model-card';

/** Contexts that are common, beside what the model was trained for. */
const CONTEXTS = [4096, 16_384];

/** How the model would be served. */
export interface ServingOptions {
  /** @default - several, up to what the model was trained for */
  readonly contextLength?: number;
  readonly weights: ServedWeights;
}

/** How many slots the processes of an instance have. */
export interface InstanceReport {
  readonly instanceType: string;
  readonly memoryGib: number;
  /** Of the server, with the default placement. */
  readonly processes: number;
  /** The most slots of each process, in the order of the contexts; 0 where the model does not fit. */
  readonly slots: readonly number[];
}

/** A GGUF file, as `graviton-fleet model inspect --json` prints it. */
export interface ModelReport {
  readonly file: string;
  readonly architecture: string;
  readonly parameters: number;
  readonly shape: ModelShape;
  readonly fileBytes: number;
  readonly weights: readonly PartWeights[];
  readonly servedAs: ServedWeights;
  /** Weights that are used where they lie in the file, once for all processes of an instance. */
  readonly sharedBytes: number;
  /** Weights that each process packs for itself. */
  readonly processBytes: number;
  /** Bytes of the KV cache for a slot of each context. */
  readonly contexts: readonly { readonly contextLength: number; readonly slotBytes: number }[];
  /** All types of general purpose, for computing or with more memory; modelled, not measured. */
  readonly instanceTypes: readonly InstanceReport[];
  /** What `ModelFacts.of()` takes, for where the file itself is not at hand. */
  readonly facts: ModelFactsOptions;
}

/**
 * @throws FleetConfigError when the file is none that the built-in server runs
 * @throws UsageError when the model has no such context
 */
export function modelReport(file: string, { contextLength, weights }: ServingOptions): ModelReport {
  const read = modelFile(file);
  const { architecture, shape, bytes } = read;
  if (contextLength !== undefined && contextLength > shape.contextLength) {
    throw new UsageError(
      `--context-length: got ${contextLength}, allowed 1 to ${shape.contextLength}, as the model has`,
    );
  }
  const contexts = contextLength === undefined ? contextsOf(shape) : [contextLength];
  return {
    ...{ file, architecture, shape, servedAs: weights },
    parameters: read.weights.reduce((total, { parameters }) => total + parameters, 0),
    fileBytes: bytes.file,
    weights: read.weights,
    sharedBytes: bytes.mapped,
    processBytes: weights === ServedWeights.GK4 ? bytes.packedAsGk4 : bytes.packed,
    contexts: contexts.map((length) => ({ contextLength: length, slotBytes: cacheBytes(shape, 1, length) })),
    instanceTypes: instancesFor(read, contexts, weights),
    facts: modelCard(read),
  };
}

function contextsOf({ contextLength: trained }: ModelShape): number[] {
  return [...CONTEXTS.filter((length) => length < trained), trained];
}

function instancesFor({ shape, bytes }: ModelFile, contexts: readonly number[], weights: ServedWeights) {
  const model = { facts: { _shape: shape, _bytes: bytes }, weights, placement: ProcessPlacement.perCores() };
  return InstanceCatalog.allGraviton()
    .filter(({ bareMetal, family }) => !bareMetal && /^[cmr]\d+g$/.test(family))
    .map((instance) => instanceReport(model, contexts, instance));
}

function instanceReport(
  model: Omit<ServedModel, 'slots' | 'contextLength'>,
  contexts: readonly number[],
  instance: InstanceFacts,
): InstanceReport {
  const { instanceType, memoryGib } = instance;
  const { processes } = modelMemory({ ...model, slots: 1, contextLength: contexts[0] }, instance);
  const slots = contexts.map((contextLength) => mostSlots({ ...model, contextLength }, instance));
  return { instanceType, memoryGib, processes, slots };
}

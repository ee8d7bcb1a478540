import { InstanceFacts } from '../../../catalog';
import { ModelFacts, ProcessPlacement, ServedWeights } from '../../../image';
import { cacheBytes, overheadBytes } from '../../../image/model/private/process-memory';

const GIB = 2 ** 30;

/**
 * What the system keeps: 1 GiB for Amazon Linux, its agents and the proxy, and 2.5 % of the memory, of which the kernel
 * takes 1.6 % for its own table of pages (64 bytes for each of 4 KiB) and the firmware the rest. Modelled, not measured.
 */
const SYSTEM_BYTES = GIB;
const SYSTEM_SHARE = 0.025;

/** A process starts only where nine tenths of what is left hold its KV cache: server/engine/cache-memory.ts. */
const CACHE_SHARE = 0.9;

/** What is served on every instance. */
export interface ServedModel {
  readonly facts: Pick<ModelFacts, '_shape' | '_bytes'>;
  readonly slots: number;
  readonly contextLength: number;
  readonly weights: ServedWeights;
  readonly placement: ProcessPlacement;
}

/** Where the memory of an instance goes, in bytes. */
export interface ModelMemory {
  readonly processes: number;
  /** Weights of all processes, and what they share. */
  readonly weights: number;
  /** KV caches of all processes, and what must stay free beside them. */
  readonly cache: number;
  /** All processes beside both. */
  readonly overhead: number;
  /** All of it. */
  readonly needed: number;
  /** What the instance has for it. */
  readonly available: number;
}

export function modelMemory(served: ServedModel, { vcpus, numaNodes, memoryGib }: InstanceFacts): ModelMemory {
  const { facts, slots, contextLength, placement } = served;
  const { mapped, packed, packedAsGk4 } = facts._bytes;
  const processes = placement._processesOn({ vcpus, numaNodes });
  const threads = Math.ceil(vcpus / processes);
  const weights = mapped + processes * (served.weights === ServedWeights.GK4 ? packedAsGk4 : packed);
  const cache = Math.ceil((processes * cacheBytes(facts._shape, slots, contextLength)) / CACHE_SHARE);
  const overhead = processes * overheadBytes(facts._shape, slots, contextLength, threads);
  return {
    ...{ processes, weights, cache, overhead },
    needed: weights + cache + overhead,
    available: Math.floor(memoryGib * GIB * (1 - SYSTEM_SHARE) - SYSTEM_BYTES),
  };
}

/** Whether an instance of a type holds the model. */
export function fits(served: ServedModel, instance: InstanceFacts): boolean {
  const { needed, available } = modelMemory(served, instance);
  return needed <= available;
}

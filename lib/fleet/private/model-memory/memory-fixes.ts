import { InstanceCatalog, InstanceFacts } from '../../../catalog';
import { ProcessPlacement, ServedWeights } from '../../../image';
import { largest } from './largest';
import { fits, ServedModel } from './model-memory';

/** Contexts are proposed in whole pages of the KV cache. */
const PAGE_TOKENS = 256;

/** What would make all of these types hold the model, the least change first. */
export function memoryFixes(served: ServedModel, instances: readonly InstanceFacts[]): string[] {
  const fitting = (change: Partial<ServedModel>) =>
    instances.every((instance) => fits({ ...served, ...change }, instance));
  const pages = largest(Math.floor(served.contextLength / PAGE_TOKENS), (count) =>
    fitting({ contextLength: count * PAGE_TOKENS }),
  );
  const slots = largest(served.slots, (count) => fitting({ slots: count }));
  const types = [...new Set(instances.flatMap((instance) => smallestOf(served, instance) ?? []))];
  return [
    ...(pages > 0 ? [`contextLength ${pages * PAGE_TOKENS} at most`] : []),
    ...(slots > 0 ? [`slots ${slots} at most`] : []),
    ...(types.length > 0 ? [`instance types such as ${types.slice(0, 3).join(', ')}`] : []),
    ...(served.weights !== ServedWeights.GK4 && fitting({ weights: ServedWeights.GK4 })
      ? ['weights ServedWeights.GK4']
      : []),
    // Fewer copies of the weights.
    ...(fitting({ placement: ProcessPlacement.perNumaNode() }) ? ['placement ProcessPlacement.perNumaNode()'] : []),
  ];
}

/**
 * The smallest type of the same processor that holds the model, more memory for each vCPU first; of the same generation
 * where the processor has no types with more memory, as Graviton3E.
 */
function smallestOf(served: ServedModel, { processor, family, vcpus }: InstanceFacts): string | undefined {
  const generation = generationOf(family);
  const [smallest] = InstanceCatalog.allGraviton()
    .filter((facts) => !facts.bareMetal && /^[cmr]\d+g$/.test(facts.family))
    .filter((facts) => facts.processor === processor || generationOf(facts.family) === generation)
    .filter((facts) => facts.vcpus >= vcpus && fits(served, facts))
    .sort((one, other) => one.vcpus - other.vcpus || one.memoryGib - other.memoryGib);
  return (smallest as InstanceFacts | undefined)?.instanceType;
}

function generationOf(family: string): string | undefined {
  return /\d+/.exec(family)?.[0];
}

/** Bytes as messages show them. */
export function gibibytes(bytes: number): string {
  return `${(bytes / 2 ** 30).toFixed(1)} GiB`;
}

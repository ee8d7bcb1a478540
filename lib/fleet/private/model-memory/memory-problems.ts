import { InstanceCatalog, InstanceFacts } from '../../../catalog';
import { IInferenceImage } from '../../../image';
import { Problem } from '../../../validation';
import { Remark } from '../../capacity/private/selection/instance-selection';
import { gibibytes, memoryFixes } from './memory-fixes';
import { modelMemory, fits, ServedModel } from './model-memory';

/** What Amazon Linux, Node.js and the fleet's programs take of the root volume: the least that an AMI of it has. */
const SYSTEM_DISK_BYTES = 8 * 2 ** 30;

/** Types that a message shows one by one; a selection by attributes has hundreds. */
const MOST_SHOWN = 3;

/** Whether the instances of a fleet hold the model that its image serves. */
export function modelProblems(instanceTypes: readonly string[], image: IInferenceImage): Problem[] {
  const served = servedBy(image);
  if (served === undefined) {
    return [];
  }
  const known = instanceTypes.flatMap((type) => InstanceCatalog.lookup(type) ?? []);
  return [...memoryProblems(served, known), ...diskProblems(served, known, image)];
}

/** What nobody has said of the model, so that it is not checked. */
export function modelRemarks(image: IInferenceImage): Remark[] {
  const { _server: server } = image.runtime;
  if (server === undefined || server.model.facts !== undefined) {
    return [];
  }
  const text =
    'Whether the instances have the memory for the model is not checked: nothing is known of it. Give facts to ' +
    'ModelSource.fromS3(): ModelFacts.of() with the figures of its model card, or ModelFacts.fromFile() where there is a ' +
    'copy. A process that finds too little memory does not become ready.';
  return [{ id: 'modelMemory', level: 'warning', text }];
}

function servedBy({ runtime }: IInferenceImage): ServedModel | undefined {
  const server = runtime._server;
  const facts = server?.model.facts;
  return (
    server &&
    facts && {
      ...server,
      facts,
      contextLength: server.contextLength ?? facts.contextLength,
      placement: runtime.placement,
    }
  );
}

function memoryProblems(served: ServedModel, known: readonly InstanceFacts[]): Problem[] {
  const small = known.filter((instance) => !fits(served, instance));
  if (small.length === 0) {
    return [];
  }
  const shown = small.slice(0, MOST_SHOWN).map((instance) => shortOf(served, instance));
  const more = small.length > MOST_SHOWN ? [`and ${small.length - MOST_SHOWN} types more`] : [];
  const fixes = memoryFixes(served, small);
  return [
    {
      what: 'image.runtime.model',
      got: `${[...shown, ...more].join('; ')}, with ${served.slots} slots of ${served.contextLength} tokens`,
      allowed: 'instance types whose memory holds the weights, full KV caches and the system',
      fix: fixes.length > 0 ? fixes.join(', or ') : 'a smaller model, or one in fewer bits',
    },
  ];
}

function shortOf(served: ServedModel, instance: InstanceFacts): string {
  const { processes, weights, cache, overhead, needed, available } = modelMemory(served, instance);
  const { instanceType, memoryGib } = instance;
  const parts = `weights ${gibibytes(weights)}, KV cache ${gibibytes(cache)}, server ${gibibytes(overhead)}`;
  const count = processes === 1 ? '1 process needs' : `${processes} processes need`;
  return (
    `${instanceType} (${memoryGib} GiB, of which ${gibibytes(Math.max(available, 0))} are left by the system), where ` +
    `${count} ${gibibytes(needed)}: ${parts}`
  );
}

/** On types with an instance store the model lies there. */
function diskProblems(
  { facts }: ServedModel,
  known: readonly InstanceFacts[],
  { rootVolumeSize }: IInferenceImage,
): Problem[] {
  const bytes = facts._bytes.file;
  const smallStore = known.find((instance) => storeBytes(instance) > 0 && storeBytes(instance) < bytes);
  const needsRoot = known.find((instance) => storeBytes(instance) === 0);
  const problems: Problem[] = [];
  if (smallStore !== undefined) {
    const got = `a model of ${gibibytes(bytes)} for the ${gibibytes(storeBytes(smallStore))} disk of ${smallStore.instanceType}`;
    const fix = 'use larger types, or types without instance store and a larger root volume';
    problems.push({ what: 'image.runtime.model', got, allowed: 'a model that the disk holds', fix });
  }
  if (
    needsRoot !== undefined &&
    !rootVolumeSize.isUnresolved() &&
    rootVolumeSize.toBytes() < bytes + SYSTEM_DISK_BYTES
  ) {
    const least = Math.ceil((bytes + SYSTEM_DISK_BYTES) / 2 ** 30);
    problems.push({
      what: 'image.rootVolumeSize',
      got: `${rootVolumeSize.toGibibytes()} GiB for a model of ${gibibytes(bytes)} on ${needsRoot.instanceType}`,
      allowed: `at least ${least} GiB: the model and 8 GiB for the system`,
      fix: `builder.rootVolumeSize: Size.gibibytes(${least}) for the image, or types with instance store`,
    });
  }
  return problems;
}

/** The loader takes one disk. */
function storeBytes({ nvmeGbTotal = 0, nvmeCount = 1 }: InstanceFacts): number {
  return (nvmeGbTotal * 1e9) / nvmeCount;
}

import { GravitonProcessor, InstanceCatalog } from '../../../catalog';

/** Instance types of one processor generation, in the order in which they are tried. */
export interface TestGeneration {
  /** Part of a construct id. */
  readonly id: string;
  /** Unknown for a family that the catalog does not have. */
  readonly processor?: GravitonProcessor;
  readonly instanceTypes: string[];
}

/** Sorts instance types by processor; a family without a known one stands for itself. */
export function testGenerations(instanceTypes: readonly string[]): TestGeneration[] {
  const generations = new Map<string, TestGeneration>();
  for (const instanceType of instanceTypes) {
    const processor = InstanceCatalog.lookup(instanceType)?.processor;
    const id = processor?.id ?? instanceType.split('.')[0];
    const known = generations.get(id);
    if (known) {
      known.instanceTypes.push(instanceType);
    } else {
      generations.set(id, { id, processor, instanceTypes: [instanceType] });
    }
  }
  return [...generations.values()];
}

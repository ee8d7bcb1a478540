import { InstanceCatalog, InstanceFacts } from '../../../catalog';
import { FleetCapacity } from '../../fleet-capacity';
import { Bounds, purchaseShares } from '../../private/purchase-shares';

/** The type of the head in Ray's configuration. */
export const HEAD_NODE_TYPE = 'head';

/** What a node tells Ray that tasks may use. */
export interface NodeResources {
  readonly CPU: number;
  /** Bytes. */
  readonly memory?: number;
}

/** A kind of node that Ray may launch. */
export interface NodeType {
  readonly name: string;
  readonly instanceType: string;
  readonly spot: boolean;
  readonly resources: NodeResources;
  readonly bounds: Bounds;
  /** Greater is taken first among types that fit equally. */
  readonly priority: number;
}

/** Nothing runs on the head but Ray itself: a task that takes its memory would take the cluster with it. */
export const HEAD_RESOURCES: NodeResources = { CPU: 0 };

/**
 * Share of an instance's memory that tasks may ask for. Ray keeps 30 % for its object store, and the kernel, Ray's
 * processes and the agents of the image need some; an estimate, which the node announces and the autoscaler expects
 * alike, so that neither waits for what the other does not have.
 * https://docs.ray.io/en/latest/ray-core/scheduling/memory-management.html, read 2026-11-23
 */
const SHARE_OF_MEMORY = 0.65;

/** One for each instance type and way of buying it. */
export function nodeTypes(capacity: FleetCapacity): NodeType[] {
  const { onDemand, spot } = purchaseShares(capacity);
  const { instanceTypes } = capacity;
  // A base has one type: with several, Ray could launch as many of each.
  const baseOnly = onDemand !== undefined && spot !== undefined;
  return [
    ...(onDemand ? ofPurchase(baseOnly ? instanceTypes.slice(0, 1) : instanceTypes, false, onDemand) : []),
    ...(spot ? ofPurchase(instanceTypes, true, spot) : []),
  ];
}

/** The smallest that leaves Ray's own processes room, of the family that the fleet certainly has. */
export function defaultHeadType([first]: readonly string[]): string {
  const enough = ({ bareMetal, vcpus, memoryGib }: InstanceFacts) => !bareMetal && vcpus >= 4 && memoryGib >= 8;
  const [smallest] = InstanceCatalog.instanceTypesOf(first.split('.')[0])
    .filter(enough)
    .sort((one, other) => one.vcpus - other.vcpus);
  return smallest?.instanceType ?? first;
}

function ofPurchase(instanceTypes: readonly string[], spot: boolean, { min, max }: Bounds): NodeType[] {
  return instanceTypes.map((instanceType, index) => ({
    name: `${spot ? 'spot' : 'on-demand'}.${instanceType}`,
    instanceType,
    spot,
    resources: resourcesOf(instanceType),
    bounds: { min: index === 0 ? min : 0, max },
    priority: instanceTypes.length - index,
  }));
}

function resourcesOf(instanceType: string): NodeResources {
  // The problems of the cluster keep out types that the catalog does not know.
  const { vcpus, memoryGib } = InstanceCatalog.lookup(instanceType)!;
  return { CPU: vcpus, memory: Math.floor(memoryGib * 1024 ** 3 * SHARE_OF_MEMORY) };
}

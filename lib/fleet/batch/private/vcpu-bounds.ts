import { InstanceCatalog } from '../../../catalog';
import { Problem } from '../../../validation';
import { FleetCapacity } from '../../fleet-capacity';
import { EngineExcess } from '../../private/fleet-description';

/** vCPUs that one unit of the capacity's size is; undefined when types differ, or are not known. */
export function vcpusPerUnit({ size, instanceTypes }: FleetCapacity): number | undefined {
  if (size._weighing !== undefined) {
    return size._weighing.figures === undefined ? 1 : undefined;
  }
  const counts = new Set(instanceTypes.map((type) => InstanceCatalog.lookup(type)?.vcpus));
  return counts.size === 1 ? [...counts][0] : undefined;
}

/**
 * With the strategies that are used here AWS Batch "never exceeds maxvCpus by more than a single instance". While it
 * replaces instances it launches those with the new settings, and lets jobs go on with the old ones; it says no bound of
 * both together, so that each may be as many as the compute environment takes.
 * https://docs.aws.amazon.com/batch/latest/userguide/allocation-strategies.html
 * https://docs.aws.amazon.com/batch/latest/userguide/updating-compute-environments.html
 * Both read 2026-11-23.
 */
export function batchExcess({ size, instanceTypes }: FleetCapacity): EngineExcess {
  return { units: Math.max(1, ...instanceTypes.map((type) => size._weightOf(type) ?? 1)), generations: 2 };
}

/** A size that cannot be said in vCPUs. */
export function vcpuProblems(capacity: FleetCapacity): Problem[] {
  if (capacity.instanceTypes.length === 0 || vcpusPerUnit(capacity) !== undefined) {
    return [];
  }
  const got = `${capacity.size.unit}, which are no certain number of vCPUs`;
  const allowed = 'vCPUs, or instances of types with the same number of vCPUs';
  return [{ what: 'capacity.size', got, allowed, fix: 'use FleetSize.vcpus(...), which AWS Batch counts' }];
}

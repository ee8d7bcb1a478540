import { InstanceCatalog } from '../../../catalog';
import { Problem } from '../../../validation';
import { FleetCapacity } from '../../fleet-capacity';

/** vCPUs that one unit of the capacity's size is; undefined when types differ, or are not known. */
export function vcpusPerUnit({ size, instanceTypes }: FleetCapacity): number | undefined {
  if (size._weighing !== undefined) {
    return size._weighing.figures === undefined ? 1 : undefined;
  }
  const counts = new Set(instanceTypes.map((type) => InstanceCatalog.lookup(type)?.vcpus));
  return counts.size === 1 ? [...counts][0] : undefined;
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

import { InstanceArchitecture } from 'aws-cdk-lib/aws-ec2';
import { GravitonProcessor } from '../graviton-processor';
import { InstanceFacts } from '../instances/instance-facts';
import {
  bandwidthWeightingOf,
  disksOf,
  familyNames,
  FamilyRow,
  familyRow,
  INSTANCE_AS_OF,
  INSTANCE_SOURCE,
  numaNodesOf,
  SizeRow,
  sizesOf,
} from './instance-tables';

let byType: ReadonlyMap<string, InstanceFacts> | undefined;

/** The compact tables, expanded on first use to one row per instance type. */
export function instanceFactsByType(): ReadonlyMap<string, InstanceFacts> {
  byType ??= new Map(familyNames().flatMap((family) => rowsOf(family).map((row) => [row.instanceType, row])));
  return byType;
}

export function allInstanceFacts(): readonly InstanceFacts[] {
  return [...instanceFactsByType().values()];
}

function rowsOf(family: string): InstanceFacts[] {
  const row = familyRow(family)!;
  return Object.entries(sizesOf(family)).map(([size, columns]) => factsOf(family, row, size, columns));
}

function factsOf(family: string, row: FamilyRow, size: string, columns: SizeRow): InstanceFacts {
  const [vcpus, networkBaselineGbps, networkBurstGbps, ebsBaselineMbps, ebsBurstMbps, efa] = columns;
  const disks = disksOf(row, size);
  return Object.freeze({
    instanceType: `${family}.${size}`,
    family,
    size,
    architecture: row.architecture as InstanceArchitecture,
    processor: row.processor === undefined ? undefined : GravitonProcessor.of(row.processor),
    vcpus,
    memoryGib: row.memoryGib?.[size] ?? vcpus * row.gibPerVcpu!,
    numaNodes: numaNodesOf(row, size),
    networkBaselineGbps,
    networkBurstGbps,
    ebsBaselineMbps,
    ebsBurstMbps,
    nvmeCount: disks?.[0],
    nvmeGbTotal: disks === undefined ? undefined : disks[0] * disks[1],
    efa: efa === 1,
    bandwidthWeighting: bandwidthWeightingOf(family),
    bareMetal: size.startsWith('metal'),
    source: INSTANCE_SOURCE,
    asOf: INSTANCE_AS_OF,
  });
}

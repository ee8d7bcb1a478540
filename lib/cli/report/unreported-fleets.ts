import { FLEET_METADATA, FleetDescription } from '../../fleet/private/fleet-description';
import { metadataOfType } from '../deployed/assembly-metadata';
import { AssemblyStack } from '../preview/assembly/read-assembly';

/** A fleet of which CloudWatch cannot tell what it did. */
export interface UnreportedFleet {
  /** Construct path. */
  readonly fleet: string;
  readonly stack: string;
  readonly why: string;
}

const WHY: Readonly<Record<string, string>> = {
  RayCluster:
    'Ray launches the workers outside of any Auto Scaling group, so that no metric adds them up; the bill does, by the ' +
    'tag ray-cluster-name when it is activated as a cost allocation tag',
  RayHead: 'it is one on-demand instance all the time; see graviton-fleet plan',
  BatchFleet:
    'AWS Batch launches the instances in groups of its own, whose names no template has; the bill adds them up, by a tag ' +
    'of the stack that is activated as a cost allocation tag',
};

/** The fleets that an engine launches, which a report names and cannot measure. */
export function unreportedFleets(stacks: readonly AssemblyStack[]): UnreportedFleet[] {
  return stacks.flatMap((stack) =>
    metadataOfType<FleetDescription>(stack, FLEET_METADATA).flatMap(({ path, data: { kind } }) =>
      kind in WHY ? [{ fleet: path, stack: stack.artifact.stackName, why: WHY[kind] }] : [],
    ),
  );
}

import { ESTIMATE_METADATA, FleetEstimate } from '../../economics/fleet-estimate';
import { FleetMeasures, MEASURES_METADATA } from '../../economics/fleet-measures';
import { AssemblyStack } from '../preview/assembly/read-assembly';
import { resolveIntrinsics } from '../preview/assembly/resolve-intrinsics';
import { UsageError } from '../usage-error';

/** A fleet of a cloud assembly with what its figures are made from. */
export interface AssemblyFleet {
  readonly stack: AssemblyStack;
  readonly region: string;
  readonly estimate: FleetEstimate;
  readonly measures: FleetMeasures;
}

/**
 * The fleets with economics in the stacks of a cloud assembly.
 *
 * @param region of stacks that do not say theirs
 * @throws UsageError when a region is not known
 */
export function assemblyFleets(stacks: readonly AssemblyStack[], region?: string): AssemblyFleet[] {
  return stacks.flatMap((stack) => fleetsOf(stack, region));
}

function fleetsOf(stack: AssemblyStack, region?: string): AssemblyFleet[] {
  const estimates = metadataOf<FleetEstimate>(stack, ESTIMATE_METADATA);
  return [...metadataOf<FleetMeasures>(stack, MEASURES_METADATA)].flatMap(([fleet, measures]) => {
    const estimate = estimates.get(fleet);
    return estimate ? [{ stack, region: regionOf(stack, region), estimate, measures }] : [];
  });
}

/** A fleet that is shown twice left its data twice; the last stands. */
function metadataOf<T extends { fleet: string }>({ artifact, context }: AssemblyStack, type: string): Map<string, T> {
  const found = artifact.findMetadataByType(type).map(({ data }) => resolveIntrinsics(data, context) as T);
  return new Map(found.map((data) => [data.fleet, data]));
}

/**
 * The region of a stack.
 *
 * @throws UsageError when neither the stack nor the environment says it
 */
export function regionOf({ artifact }: AssemblyStack, otherwise?: string): string {
  const { region } = artifact.environment;
  const known = region.startsWith('unknown-') ? otherwise : region;
  if (known === undefined) {
    throw new UsageError(
      `${artifact.stackName}: got a stack without a region, allowed one that is known: ` +
        'give --region, set AWS_REGION, or name env.region in the app',
    );
  }
  return known;
}

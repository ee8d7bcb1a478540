import { ESTIMATE_METADATA, FleetEstimate } from '../../economics/fleet-estimate';
import { openAssembly } from '../open-assembly';
import { UsageError } from '../usage-error';

/**
 * Reads the estimates that the constructs left in a cloud assembly.
 *
 * @param directory the output of `cdk synth`, usually `cdk.out`
 * @throws UsageError when the directory is no cloud assembly, or has no fleet with economics
 */
export function readEstimates(directory: string): FleetEstimate[] {
  const estimates = openAssembly(directory).stacksRecursively.flatMap((stack) =>
    stack.findMetadataByType(ESTIMATE_METADATA).map(({ data }) => data as unknown as FleetEstimate),
  );
  if (estimates.length === 0) {
    throw new UsageError(
      `${directory}: got a cloud assembly without estimates, allowed one with a FleetDashboard or FleetEconomics: ` +
        'add one to the app and run "cdk synth" again',
    );
  }
  // A fleet that is shown twice left its estimate twice; the last one stands.
  return [...new Map(estimates.map((estimate) => [estimate.fleet, estimate])).values()];
}

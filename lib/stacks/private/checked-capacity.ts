import { FleetCapacity } from '../../fleet';
import { judgeCapacity } from '../../fleet/private/check-fleet';
import { KernelBundle } from '../../kernels';
import { FleetConfigError } from '../../validation';

/**
 * The capacity as the region has it. The fleet checks it as well, but its image is made first and would complain of
 * builders that nobody named.
 *
 * @throws FleetConfigError with every problem of the capacity
 */
export function checkedCapacity(
  where: string,
  wanted: FleetCapacity,
  region: string,
  kernels: KernelBundle[] = [KernelBundle.builtIn()],
): FleetCapacity {
  const { problems, capacity } = judgeCapacity(wanted, region, kernels);
  if (problems.length > 0) {
    throw new FleetConfigError(where, problems);
  }
  return capacity;
}

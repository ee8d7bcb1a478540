import { FleetConfigError } from './fleet-config-error';
import { Problem } from './problem';

/**
 * Throws all problems of an input together, when there is any.
 *
 * @param where where the input was given: a construct path, the name of a factory, or a file.
 * @throws FleetConfigError with all problems.
 * @internal
 */
export function throwIfAny(where: string, problems: readonly Problem[]): void {
  if (problems.length > 0) {
    throw new FleetConfigError(where, problems);
  }
}

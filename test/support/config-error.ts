import { expect } from 'vitest';
import { FleetConfigError, Problem } from '../../lib';

/** The problems of the FleetConfigError that an action throws; any other outcome fails the test. */
export function problemsOf(action: () => unknown): readonly Problem[] {
  const error = errorOf(action);
  for (const problem of error.problems) {
    const { what, got, allowed, fix } = problem;
    expect(Object.entries({ what, got, allowed, fix }).filter(([, text]) => text.trim() === '')).toEqual([]);
    expect(error.message).toContain(`${what}: got ${got}, allowed ${allowed}: ${fix}`);
  }
  return error.problems;
}

/** The FleetConfigError that an action throws; any other outcome fails the test. */
export function errorOf(action: () => unknown): FleetConfigError {
  try {
    action();
  } catch (error) {
    expect(error).toBeInstanceOf(FleetConfigError);
    return error as FleetConfigError;
  }
  throw new Error('no error was thrown');
}

import { Stack } from 'aws-cdk-lib';
import { ScalableFleet } from '../../lib';
import { BindingContext, BindingError, PlacedProblem } from '../../lib/stacks/template/private/binding';

/** A context with imports of their own. */
export function bindingContext(fleets: Readonly<Record<string, ScalableFleet>> = {}): BindingContext {
  return { scope: new Stack(undefined, 'Imports'), directory: '/nowhere', fleets: new Map(Object.entries(fleets)) };
}

/** The problems of the BindingError that an action throws; any other outcome fails the test. */
export function placedProblems(action: () => unknown): readonly PlacedProblem[] {
  try {
    action();
  } catch (error) {
    if (error instanceof BindingError) {
      return error.problems;
    }
    throw error;
  }
  throw new Error('no error was thrown');
}

/** Each problem as one line, with its place. */
export function problemLines(action: () => unknown): string[] {
  return placedProblems(action).map(({ path, problem: { what, got, allowed, fix } }) =>
    [path.join('.'), what, got, allowed, fix].join(' | '),
  );
}

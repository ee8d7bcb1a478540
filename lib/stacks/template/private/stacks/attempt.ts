import { BindingContext, BindingError, PlacedProblem } from '../binding';
import { bindValue } from '../binding/values/bind-value';
import { guarded } from '../binding/values/guarded';
import { UNBOUND, Visit } from '../binding/values/visit';

/** What came of an attempt: a value, or what is wrong with the data that it was made of. */
export interface Attempt<T> {
  readonly value?: T;
  readonly problems: readonly PlacedProblem[];
}

/** Binds something; its problems are placed below a path. */
export function attemptBinding<T>(action: () => T, path: PlacedProblem['path'] = []): Attempt<T> {
  try {
    return { value: action(), problems: [] };
  } catch (error) {
    if (!(error instanceof BindingError)) {
      throw error;
    }
    return { problems: error.problems.map(({ path: below, problem }) => ({ path: [...path, ...below], problem })) };
  }
}

/** Makes constructs; what they refuse is placed at the keys of the data that it is about. */
export function attemptConstruction<T>(action: () => T, data: unknown, context: BindingContext): Attempt<T> {
  const problems: PlacedProblem[] = [];
  const value = guarded(action, data, new Visit([], context, problems, bindValue));
  return value === UNBOUND ? { problems } : { value: value as T, problems };
}

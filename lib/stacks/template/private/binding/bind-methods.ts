import { ownValue } from '../../../../catalog/private/own-value';
import { BindingContext } from './binding-context';
import { BINDINGS } from './model/bindings';
import { BindingError, DataPath, PlacedProblem } from './placed-problem';
import { bindArguments } from './values/bind-arguments';
import { refuseKey } from './values/bind-members';
import { bindValue } from './values/bind-value';
import { isMap, kindOf } from './values/data-kind';
import { guarded } from './values/guarded';
import { Visit } from './values/visit';

/** A method of a construct with its arguments, bound and not called yet. */
export interface BoundCall {
  readonly method: string;
  readonly values: readonly unknown[];
  /** The arguments as the data has them, and where. */
  readonly data: unknown;
  readonly path: DataPath;
}

/**
 * Binds a list of calls, each an object whose one key is the name of a method: `- scaleOnCpu: { ... }`.
 *
 * @param typeName the class of the construct, such as `InferenceFleet`
 * @throws BindingError with every problem of the list
 */
export function bindMethods(typeName: string, entries: unknown, context: BindingContext): BoundCall[] {
  const problems: PlacedProblem[] = [];
  const visit = new Visit([], context, problems, bindValue);
  if (!Array.isArray(entries)) {
    visit.refuse({ got: kindOf(entries), allowed: 'a list', fix: 'write each behind a dash' });
    throw new BindingError(problems);
  }
  const calls = entries.map((entry: unknown, index) => bindMethod(typeName, entry, visit.at(index)));
  if (problems.length > 0) {
    throw new BindingError(problems);
  }
  return calls.filter((call) => call !== undefined);
}

function bindMethod(typeName: string, entry: unknown, visit: Visit): BoundCall | undefined {
  const methods = BINDINGS[typeName].methods ?? {};
  const names = Object.keys(methods);
  if (!isMap(entry) || Object.keys(entry).length !== 1) {
    const got = isMap(entry) ? `a map of ${Object.keys(entry).length} keys` : kindOf(entry);
    visit.refuse({ got, allowed: `one of ${names.join(', ')}`, fix: 'write one name as the only key' });
    return undefined;
  }
  const [[method, data]] = Object.entries(entry);
  const parameters = ownValue(methods, method);
  if (!parameters) {
    refuseKey(method, names, visit);
    return undefined;
  }
  const place = visit.at(method);
  const values = bindArguments(parameters, data, place);
  return values && { method, values, data, path: place.path };
}

/**
 * Calls the methods in their order.
 *
 * @throws BindingError with every problem that the methods find
 */
export function callMethods(target: object, calls: readonly BoundCall[], context: BindingContext): void {
  const problems: PlacedProblem[] = [];
  for (const { method, values, data, path } of calls) {
    const methods = target as Readonly<Record<string, (...given: readonly unknown[]) => unknown>>;
    guarded(() => methods[method](...values), data, new Visit(path, context, problems, bindValue));
  }
  if (problems.length > 0) {
    throw new BindingError(problems);
  }
}

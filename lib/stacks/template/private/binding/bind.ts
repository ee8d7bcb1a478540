import { BindingContext } from './binding-context';
import { BindingError, PlacedProblem } from './placed-problem';
import { bindValue } from './values/bind-value';
import { UNBOUND, Visit } from './values/visit';

/**
 * Makes the value of a type from plain data, as fleet.yaml has it.
 *
 * @param typeName a name in the bindings, such as `InferenceFleetStackProps`
 * @throws BindingError with every problem of the data
 */
export function bind(typeName: string, data: unknown, context: BindingContext): unknown {
  const problems: PlacedProblem[] = [];
  const value = bindValue(typeName, data, new Visit([], context, problems, bindValue));
  if (value === UNBOUND) {
    throw new BindingError(problems);
  }
  return value;
}

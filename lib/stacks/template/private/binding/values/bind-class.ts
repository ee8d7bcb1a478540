import { ownValue } from '../../../../../catalog/private/own-value';
import { Calls, ParameterBinding, TypeBinding } from '../model/bindings';
import { libraryClass } from '../model/library-class';
import { bindArguments } from './bind-arguments';
import { refuseKey } from './bind-members';
import { isMap, kindOf } from './data-kind';
import { guarded } from './guarded';
import { UNBOUND, Visit } from './visit';

type Callable = (...values: unknown[]) => unknown;

/** An object whose one key names a factory of the class; and keys of methods that give a changed copy. */
export function bindFactories(
  type: string,
  { factories = {}, refinements = {} }: TypeBinding,
  data: unknown,
  visit: Visit,
): unknown {
  const allowed = `one of ${Object.keys(factories).join(', ')}`;
  if (!isMap(data)) {
    const fix = `write the name as a key, for example { ${Object.keys(factories)[0]}: ... }`;
    return visit.refuse({ got: kindOf(data), allowed, fix });
  }
  const keys = Object.keys(data);
  const unknown = keys.filter((key) => !ownValue(factories, key) && !ownValue(refinements, key));
  unknown.forEach((key) => refuseKey(key, [...Object.keys(factories), ...Object.keys(refinements)], visit));
  const chosen = keys.filter((key) => ownValue(factories, key));
  if (chosen.length > 1 || (chosen.length === 0 && unknown.length === 0)) {
    visit.refuse({ got: chosen.join(' and ') || 'none of them', allowed, fix: 'keep exactly one' });
  }
  const made = chosen.map((key) => callStatic(type, key, factories[key], data[key], visit.at(key)));
  const value = unknown.length > 0 || made.length !== 1 ? UNBOUND : made[0];
  return refine(value, refinements, data, visit);
}

function callStatic(
  type: string,
  name: string,
  parameters: readonly ParameterBinding[],
  data: unknown,
  visit: Visit,
): unknown {
  const values = bindArguments(parameters, data, visit);
  const owner = libraryClass(type);
  return values ? guarded(() => (owner[name] as Callable).apply(owner, values), data, visit) : UNBOUND;
}

/** Calls the refinements in the order of the data, each once for every item of its list. */
function refine(made: unknown, refinements: Calls, data: Readonly<Record<string, unknown>>, visit: Visit): unknown {
  let value = made;
  for (const name of Object.keys(data).filter((key) => ownValue(refinements, key))) {
    const items = data[name];
    if (!Array.isArray(items)) {
      visit.at(name).refuse({ got: kindOf(items), allowed: 'a list', fix: 'write each behind a dash' });
      value = UNBOUND;
      continue;
    }
    items.forEach((item: unknown, index) => {
      const place = visit.at(name).at(index);
      const values = bindArguments(refinements[name], item, place);
      const target = value as Record<string, Callable>;
      value = values && value !== UNBOUND ? guarded(() => target[name](...values), item, place) : UNBOUND;
    });
  }
  return value;
}

/** A value of a class whose constructor is public. */
export function bindConstructed(
  type: string,
  parameters: readonly ParameterBinding[],
  data: unknown,
  visit: Visit,
): unknown {
  const values = bindArguments(parameters, data, visit);
  const Constructed = libraryClass(type) as unknown as new (...given: unknown[]) => unknown;
  return values ? guarded(() => new Constructed(...values), data, visit) : UNBOUND;
}

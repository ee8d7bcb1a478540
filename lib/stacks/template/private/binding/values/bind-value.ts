import { ownValue } from '../../../../../catalog/private/own-value';
import { ADAPTERS } from '../adapters';
import { BINDINGS, TypeReference } from '../model/bindings';
import { bindAdapted } from './bind-adapted';
import { bindConstructed, bindFactories } from './bind-class';
import { bindConstant } from './bind-constant';
import { bindMembers } from './bind-members';
import { bindPlain } from './bind-plain';
import { kindOf, isMap } from './data-kind';
import { isToken } from './is-token';
import { UNBOUND, Visit } from './visit';

/** Binds data to a type; gives UNBOUND after noting every problem of the data with the visit. */
export function bindValue(type: TypeReference, data: unknown, visit: Visit): unknown {
  if (typeof type === 'string') {
    return bindNamed(type, data, visit);
  }
  return 'list' in type ? bindList(type.list, data, visit) : bindMap(type.map, data, visit);
}

function bindList(type: TypeReference, data: unknown, visit: Visit): unknown {
  if (!Array.isArray(data)) {
    return visit.refuse({ got: kindOf(data), allowed: 'a list', fix: 'write each value behind a dash, or all in [ ]' });
  }
  const values = data.map((item, index) => visit.at(index).bind(type, item));
  // A factory may stand for several values: RolloutAlarm.recommended().
  return values.includes(UNBOUND) ? UNBOUND : values.flat();
}

function bindMap(type: TypeReference, data: unknown, visit: Visit): unknown {
  if (!isMap(data)) {
    return visit.refuse({ got: kindOf(data), allowed: 'a map', fix: 'write each value behind its name and a colon' });
  }
  const entries = Object.entries(data).map(([key, value]) => {
    const place = visit.at(key);
    const isPlain = !isToken(key);
    return [
      key,
      isPlain ? place.bind(type, value) : place.refuse({ got: 'a token of AWS CDK', ...PLAIN_KEY }),
    ] as const;
  });
  return entries.some(([, value]) => value === UNBOUND) ? UNBOUND : Object.fromEntries(entries);
}

const PLAIN_KEY = { allowed: 'a plain key', fix: 'write the key itself' };

function bindNamed(type: string, data: unknown, visit: Visit): unknown {
  const adapter = ownValue(ADAPTERS, type);
  if (adapter) {
    return bindAdapted(adapter, data, visit);
  }
  const binding = ownValue(BINDINGS, type);
  if (!binding) {
    return bindPlain(type, data, visit);
  }
  const { members, constants, factories, refinements, constructed } = binding;
  if (members) {
    return bindMembers(members, data, visit);
  }
  if (constants) {
    return bindConstant(type, constants, data, visit);
  }
  return factories
    ? bindFactories(type, { factories, refinements }, data, visit)
    : bindConstructed(type, constructed ?? [], data, visit);
}

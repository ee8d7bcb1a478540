import { ownValue } from '../../../../../catalog/private/own-value';
import { Members } from '../model/bindings';
import { isMap, kindOf } from './data-kind';
import { meantFix, meantWords } from './meant-words';
import { UNBOUND, Visit } from './visit';

/** An object with these keys. */
export function bindMembers(members: Members, data: unknown, visit: Visit): unknown {
  const allowed = Object.keys(members).join(', ');
  if (!isMap(data)) {
    return visit.refuse({ got: kindOf(data), allowed: `a map of ${allowed}`, fix: 'write its keys below it' });
  }
  const unknown = Object.keys(data).filter((key) => !ownValue(members, key));
  const known = [...visit.keysBeside, ...Object.keys(members)];
  unknown.forEach((key) => refuseKey(key, known, visit));
  // A required key that is only misspelt is not missing as well.
  const meant = unknown.flatMap((key) => meantWords(key, Object.keys(members)));
  const missing = Object.keys(members).filter(
    (key) => !members[key].optional && ownValue(data, key) === undefined && !meant.includes(key),
  );
  for (const key of missing) {
    visit.note({ what: key, got: 'nothing', allowed: `a value: ${key} has no default`, fix: `add ${key}` });
  }
  const entries = Object.entries(data)
    .filter(([key, value]) => ownValue(members, key) && value !== undefined)
    .map(([key, value]) => [key, visit.at(key).bind(members[key].type, value)] as const);
  const failed = unknown.length > 0 || missing.length > 0 || entries.some(([, value]) => value === UNBOUND);
  return failed ? UNBOUND : Object.fromEntries(entries);
}

/** Notes a key that is not known here. */
export function refuseKey(key: string, known: readonly string[], visit: Visit): typeof UNBOUND {
  const fix = meantFix(meantWords(key, known), 'remove it');
  return visit.at(key).refuse({ got: 'an unknown key', allowed: known.join(', ') || 'nothing', fix });
}

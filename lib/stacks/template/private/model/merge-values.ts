import { LocatedEntry, locatedMap, LocatedMap, LocatedValue } from '../document/located-value';
import { isChoice, schemaBelow, SchemaNode } from './schema-node';

/**
 * One value over another. Maps merge; lists and everything else replace; and where the one key of a map is the name of a
 * factory (`onDemand`), another factory replaces the first with all that belongs to it. Each part knows where it came
 * from.
 *
 * @param schema what the schema says of both
 */
export function mergeValues(under: LocatedValue, over: LocatedValue, schema?: SchemaNode): LocatedValue {
  if (under.kind !== 'map' || over.kind !== 'map') {
    return over;
  }
  return isChoice(schema) && !sharesKey(under, over) ? over : mergeMaps(under, over, schema);
}

/** {@link mergeValues} of two maps, of which neither is the choice of a factory. */
export function mergeMaps(under: LocatedMap, over: LocatedMap, schema?: SchemaNode): LocatedMap {
  const entries = new Map<string, LocatedEntry>(under.entries);
  for (const [key, { keyPlace, value }] of over.entries) {
    const earlier = entries.get(key);
    entries.set(key, {
      keyPlace,
      value: earlier ? mergeValues(earlier.value, value, schemaBelow(schema, key)) : value,
    });
  }
  return locatedMap(over.place, entries);
}

function sharesKey(under: LocatedMap, over: LocatedMap): boolean {
  return [...over.entries.keys()].some((key) => under.entries.has(key));
}

import * as schema from '../../../template/data/policy.schema.json';
import { locatedMap, LocatedMap, LocatedValue } from '../../../template/private/document/located-value';
import { mergeValues } from '../../../template/private/model/merge-values';
import { SchemaNode } from '../../../template/private/model/schema-node';
import { FleetPolicyDefaults } from '../../fleet-policy-defaults';
import { boundRules } from '../bound-rules';

const { FleetPolicyDefaults: DEFAULTS, CapacityDefaults: CAPACITY } = schema.definitions as unknown as Readonly<
  Record<string, SchemaNode>
>;

/** The capacity's are no part of the schema of fleets, in which references are looked up. */
const SCHEMA: SchemaNode = { ...DEFAULTS, properties: { ...DEFAULTS.properties, capacity: CAPACITY } };

/**
 * The defaults of several files as one.
 *
 * @param layers widest first
 * @throws DocumentError when together they are what none of them is alone
 */
export function mergedFileDefaults(layers: readonly LocatedValue[]): FleetPolicyDefaults | undefined {
  const merged = layers.reduce((under, over) => mergeValues(under, over, SCHEMA));
  // No default is the path of a file, so that no directory matters.
  return boundRules(asRules(merged), '').defaults;
}

function asRules(defaults: LocatedValue): LocatedMap {
  return locatedMap(defaults.place, new Map([['defaults', { keyPlace: defaults.place, value: defaults }]]));
}

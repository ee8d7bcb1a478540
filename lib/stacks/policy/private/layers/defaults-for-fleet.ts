import { ownValue } from '../../../../catalog/private/own-value';
import { BINDINGS } from '../../../template/private/binding/model/bindings';
import {
  LocatedEntry,
  LocatedMap,
  locatedMap,
  LocatedValue,
  valueAt,
} from '../../../template/private/document/located-value';

/**
 * The defaults of a layer as a fleet of a file has them: what its kind takes, and those of its capacity below the name of
 * the factory that the fleet chose, as far as that takes them. They know where they stand.
 *
 * @param takes whether the fleet's kind has a key, or follows an option of a capacity: `capacity.onDemandBase`
 */
export function defaultsForFleet(
  defaults: LocatedValue,
  fleet: LocatedValue,
  takes: (key: string) => boolean,
): LocatedMap {
  const entries = new Map<string, LocatedEntry>();
  for (const [key, { keyPlace, value }] of defaults.kind === 'map' ? defaults.entries : []) {
    const adapted = key === 'capacity' ? capacityDefaults(value, valueAt(fleet, ['capacity']), takes) : value;
    if (takes(key) && adapted) {
      entries.set(key, { keyPlace, value: adapted });
    }
  }
  return locatedMap(defaults.place, entries);
}

function capacityDefaults(
  defaults: LocatedValue,
  capacity: LocatedValue | undefined,
  takes: (key: string) => boolean,
): LocatedValue | undefined {
  const [factory] = capacity?.kind === 'map' ? capacity.entries.keys() : [];
  if (factory === undefined || defaults.kind !== 'map') {
    return undefined;
  }
  const known = optionsOf(factory);
  const options = new Map([...defaults.entries].filter(([key]) => known.includes(key) && takes(`capacity.${key}`)));
  const value = locatedMap(defaults.place, options);
  return locatedMap(defaults.place, new Map([[factory, { keyPlace: defaults.place, value }]]));
}

/** The options of a factory of `FleetCapacity`; none of a word that is no factory, which is another one's to refuse. */
function optionsOf(factory: string): string[] {
  const [options] = ownValue(BINDINGS.FleetCapacity.factories!, factory) ?? [];
  const members = typeof options?.type === 'string' ? BINDINGS[options.type].members : undefined;
  return Object.keys(members ?? {});
}

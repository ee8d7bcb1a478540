import { locatedList, locatedMap, LocatedValue, valueAt } from '../document/located-value';

/** A group's properties without what they say of fleets that are not made, in `fleets` and in lists of `{ fleet: ... }`. */
export function ofPresentFleets(value: LocatedValue, isPresent: (fleet: string) => boolean): LocatedValue {
  if (value.kind === 'map') {
    const entries = [...value.entries].map(([key, entry]) => {
      const below = key === 'fleets' ? ofNames(entry.value, isPresent) : ofPresentFleets(entry.value, isPresent);
      return [key, { ...entry, value: below }] as const;
    });
    return locatedMap(value.place, new Map(entries));
  }
  if (value.kind === 'list') {
    const items = value.items.filter((item) => isWanted(valueAt(item, ['fleet']), isPresent));
    return locatedList(
      value.place,
      items.map((item) => ofPresentFleets(item, isPresent)),
    );
  }
  return value;
}

function ofNames(names: LocatedValue, isPresent: (fleet: string) => boolean): LocatedValue {
  return names.kind === 'list'
    ? locatedList(
        names.place,
        names.items.filter((name) => isWanted(name, isPresent)),
      )
    : names;
}

/** What is no name is kept, so that it is refused where it is bound. */
function isWanted(name: LocatedValue | undefined, isPresent: (fleet: string) => boolean): boolean {
  return name?.kind !== 'scalar' || typeof name.value !== 'string' || isPresent(name.value);
}

/** Where something stands in a file. */
export interface Place {
  /** The file as the user named it. */
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** In characters, from 1. */
  readonly column: number;
}

interface Located {
  readonly place: Place;
  /** Values in it and below, itself included, with everything that aliases stand for. */
  readonly size: number;
  /** Levels of maps and lists below, itself included. */
  readonly depth: number;
}

/** A text, a number, true, false, or nothing. */
export interface LocatedScalar extends Located {
  readonly kind: 'scalar';
  readonly value: string | number | boolean | null;
}

/** A list. */
export interface LocatedList extends Located {
  readonly kind: 'list';
  readonly items: readonly LocatedValue[];
}

/** A key and its value. */
export interface LocatedEntry {
  readonly keyPlace: Place;
  readonly value: LocatedValue;
}

/** A map, in the order of the file. */
export interface LocatedMap extends Located {
  readonly kind: 'map';
  readonly entries: ReadonlyMap<string, LocatedEntry>;
}

/** A value of a file, which knows where it stands. Values are shared, never changed. */
export type LocatedValue = LocatedScalar | LocatedList | LocatedMap;

/** Keys and indices that lead to a value. */
export type ValuePath = readonly (string | number)[];

export function locatedScalar(place: Place, value: LocatedScalar['value']): LocatedScalar {
  return { kind: 'scalar', place, value, size: 1, depth: 0 };
}

export function locatedList(place: Place, items: readonly LocatedValue[]): LocatedList {
  return { kind: 'list', place, items, ...extent(items) };
}

export function locatedMap(place: Place, entries: ReadonlyMap<string, LocatedEntry>): LocatedMap {
  return { kind: 'map', place, entries, ...extent([...entries.values()].map(({ value }) => value)) };
}

/** The value as JSON has it. What aliases share is shared there as well. */
export function dataOf(value: LocatedValue, known = new Map<LocatedValue, unknown>()): unknown {
  if (value.kind === 'scalar') {
    return value.value;
  }
  const data = known.get(value) ?? plainData(value, known);
  known.set(value, data);
  return data;
}

/** The value at the end of a path, or nothing. */
export function valueAt(value: LocatedValue, path: ValuePath): LocatedValue | undefined {
  return path.reduce<LocatedValue | undefined>((parent, step) => entryOf(parent, step)?.value, value);
}

/** Where the key at the end of a path stands, or the last key on the way that is there. */
export function keyPlaceAt(value: LocatedValue, path: ValuePath): Place {
  let place = value.place;
  let parent: LocatedValue | undefined = value;
  for (const step of path) {
    const entry = entryOf(parent, step);
    if (!entry) {
      break;
    }
    place = entry.keyPlace;
    parent = entry.value;
  }
  return place;
}

function entryOf(parent: LocatedValue | undefined, step: string | number): LocatedEntry | undefined {
  if (parent?.kind === 'map') {
    return parent.entries.get(`${step}`);
  }
  const item = parent?.kind === 'list' ? parent.items[Number(step)] : undefined;
  return item && { keyPlace: item.place, value: item };
}

function plainData(value: LocatedList | LocatedMap, known: Map<LocatedValue, unknown>): unknown {
  if (value.kind === 'list') {
    return value.items.map((item) => dataOf(item, known));
  }
  return Object.fromEntries([...value.entries].map(([key, entry]) => [key, dataOf(entry.value, known)]));
}

function extent(children: readonly LocatedValue[]): { size: number; depth: number } {
  let size = 1;
  let depth = 0;
  for (const child of children) {
    size += child.size;
    depth = Math.max(depth, child.depth);
  }
  return { size, depth: depth + 1 };
}

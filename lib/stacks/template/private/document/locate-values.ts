import { isAlias, isMap, isScalar, isSeq, Node, YAMLMap, YAMLSeq } from 'yaml';
import { MAX_DEPTH, MAX_VALUES, tooDeepProblem } from './document-limits';
import { DocumentProblem, keyText, pathText } from './document-problem';
import { LocatedEntry, locatedList, locatedMap, locatedScalar, LocatedValue, Place, ValuePath } from './located-value';

type PlaceOf = (offset: number) => Place;

/** The values of a document, and what is wrong with its keys and aliases. */
export function locateValues(
  contents: Node | null,
  placeOf: PlaceOf,
): { readonly value: LocatedValue; readonly problems: readonly DocumentProblem[] } {
  const locator = new ValueLocator(placeOf);
  const value = locator.locate(contents, placeOf(0), []);
  return { value, problems: locator.problems };
}

/** Walks a document once, in its order, so that an anchor is known before its aliases and costs nothing again. */
class ValueLocator {
  public readonly problems: DocumentProblem[] = [];
  private readonly anchors = new Map<string, LocatedValue>();

  constructor(private readonly placeOf: PlaceOf) {}

  /** @param otherwise the place of a value that is left out */
  public locate(node: Node | null, otherwise: Place, path: ValuePath): LocatedValue {
    const place = node?.range ? this.placeOf(node.range[0]) : otherwise;
    if (isAlias(node)) {
      return this.aliased(node.source, place, path);
    }
    const value = this.checked(this.located(node, place, path), place, path);
    const anchor = node && 'anchor' in node ? node.anchor : undefined;
    if (anchor !== undefined) {
      this.anchors.set(anchor, value);
    }
    return value;
  }

  private located(node: Node | null, place: Place, path: ValuePath): LocatedValue {
    if (isMap<Node | null, Node | null>(node)) {
      return this.mapped(node, place, path);
    }
    if (isSeq<Node | null>(node)) {
      return this.listed(node, place, path);
    }
    const value = isScalar(node) ? node.value : null;
    return locatedScalar(
      place,
      typeof value === 'bigint' ? Number(value) : (value as string | number | boolean | null),
    );
  }

  private listed(node: YAMLSeq<Node | null>, place: Place, path: ValuePath): LocatedValue {
    return locatedList(
      place,
      node.items.map((item, index) => this.locate(item, place, [...path, index])),
    );
  }

  private mapped(node: YAMLMap<Node | null, Node | null>, place: Place, path: ValuePath): LocatedValue {
    const entries = new Map<string, LocatedEntry>();
    for (const { key, value } of node.items) {
      const keyPlace = key?.range ? this.placeOf(key.range[0]) : place;
      const name = this.keyOf(key, keyPlace, path);
      // A key that is refused still has a value, with anchors that others name.
      const located = this.locate(value, keyPlace, [...path, name ?? '?']);
      const first = name === undefined ? undefined : entries.get(name);
      if (first) {
        this.refuseDuplicate(keyPlace, first.keyPlace, [...path, name!]);
      } else if (name !== undefined) {
        entries.set(name, { keyPlace, value: located });
      }
    }
    return locatedMap(place, entries);
  }

  private keyOf(key: Node | null, place: Place, path: ValuePath): string | undefined {
    const value =
      isScalar(key) && key.value !== null && typeof key.value !== 'object'
        ? String(key.value as string | number | boolean)
        : undefined;
    if (value === '<<') {
      const fix = 'repeat the keys, or give the whole map by an alias; environments of a fleet say only what differs';
      this.problems.push({
        place,
        what: whatOf(path),
        got: 'the key <<',
        allowed: 'YAML 1.2, which does not merge',
        fix,
      });
      return undefined;
    }
    // As a key of an object it would be the object's prototype.
    if (value !== undefined && value !== '__proto__') {
      return value;
    }
    const got = value === undefined ? 'a key that is no plain word' : `the key ${value}`;
    this.problems.push({
      place,
      what: whatOf(path),
      got,
      allowed: 'words as keys',
      fix: 'write "key: value" with a word',
    });
    return undefined;
  }

  private refuseDuplicate(place: Place, first: Place, path: ValuePath): void {
    const got = `the key ${keyText(`${path[path.length - 1]}`)} again, which stands on line ${first.line}`;
    this.problems.push({
      place,
      what: whatOf(path),
      got,
      allowed: 'each key once',
      fix: 'rename one, or join the two',
    });
  }

  private aliased(name: string, place: Place, path: ValuePath): LocatedValue {
    const value = this.anchors.get(name);
    if (value) {
      return value;
    }
    const got = `the alias *${keyText(name)} without an anchor before it`;
    const fix = `put &${keyText(name)} at the first of them, or quote a text that begins with *`;
    this.problems.push({ place, what: whatOf(path), got, allowed: 'aliases of anchors that end before them', fix });
    return locatedScalar(place, null);
  }

  /** What is refused is left empty, so that nobody walks it. */
  private checked(value: LocatedValue, place: Place, path: ValuePath): LocatedValue {
    if (value.depth > MAX_DEPTH) {
      this.problems.push({ ...tooDeepProblem(whatOf(path)), place });
    } else if (value.size > MAX_VALUES) {
      const got = 'more values, counted with what aliases stand for';
      const fix = 'split the file, and let aliases stand for less';
      this.problems.push({ place, what: whatOf(path), got, allowed: `up to ${MAX_VALUES} values`, fix });
    } else {
      return value;
    }
    return locatedScalar(place, null);
  }
}

function whatOf(path: ValuePath): string {
  return path.length === 0 ? 'file' : pathText(path);
}

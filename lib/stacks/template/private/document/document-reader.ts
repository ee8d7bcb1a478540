import { DocumentProblem, pathText } from './document-problem';
import { keyPlaceAt, LocatedMap, LocatedValue, Place, valueAt, ValuePath } from './located-value';
import { unknownWord } from './unknown-word';

/** Reads the parts of a file that no construct knows, and notes what is wrong with them. */
export class DocumentReader {
  public readonly problems: DocumentProblem[] = [];

  constructor(private readonly root: LocatedValue) {}

  public at(path: ValuePath): LocatedValue | undefined {
    return valueAt(this.root, path);
  }

  public place(path: ValuePath): Place {
    return keyPlaceAt(this.root, path);
  }

  /** The keys of a map; none of one that is left out. */
  public keys(path: ValuePath): string[] {
    return [...(this.map(path)?.entries.keys() ?? [])];
  }

  /** A map, or nothing when it is left out or is none. */
  public map(path: ValuePath): LocatedMap | undefined {
    const value = this.at(path);
    if (value?.kind === 'map') {
      return value;
    }
    if (value && !isNothing(value)) {
      this.refuse(path, kindText(value), 'a map', 'write "key: value" pairs');
    }
    return undefined;
  }

  /** A map that has to be there. */
  public requiredMap(path: ValuePath): LocatedMap | undefined {
    const value = this.at(path);
    if (!value || isNothing(value)) {
      this.refuse(path, 'nothing', 'a map', 'write "key: value" pairs below it, or remove it');
    }
    return this.map(path);
  }

  /** The texts of a list; none of one that is left out. */
  public texts(path: ValuePath): string[] {
    const value = this.at(path);
    if (value?.kind !== 'list') {
      if (value && !isNothing(value)) {
        this.refuse(path, kindText(value), 'a list', 'write each behind a dash, or all in [ ]');
      }
      return [];
    }
    return value.items.flatMap((_item, index) => this.text([...path, index]) ?? []);
  }

  /** A text, or nothing when it is left out or is none. */
  public text(path: ValuePath): string | undefined {
    const value = this.at(path);
    if (value?.kind === 'scalar' && typeof value.value === 'string') {
      return value.value;
    }
    if (value) {
      const isNumber = value.kind === 'scalar' && !isNothing(value);
      this.refuse(path, kindText(value), 'text', isNumber ? 'put it in quotes' : 'write a text');
    }
    return undefined;
  }

  public refuse(path: ValuePath, got: string, allowed: string, fix: string): void {
    this.problems.push({ place: this.place(path), what: pathText(path) || 'file', got, allowed, fix });
  }

  /** Notes the keys of a map that are not among those that are known. */
  public refuseOtherKeys(path: ValuePath, known: readonly string[]): void {
    for (const word of this.keys(path).filter((key) => !known.includes(key))) {
      const place = this.place([...path, word]);
      this.problems.push(unknownWord(place, [...path, word], { word, kind: 'key', known, none: 'no key' }));
    }
  }

  /** Notes a name that nothing in the file has. */
  public refuseUnknown(path: ValuePath, word: string, kind: string, known: readonly string[]): void {
    this.problems.push(
      unknownWord(this.place(path), path, { word, kind, known, none: `nothing: the file has no ${kind}` }),
    );
  }
}

/** What a value is, in words: the value itself may be a secret. */
export function kindText(value: LocatedValue): string {
  if (value.kind !== 'scalar') {
    return value.kind === 'map' ? 'a map' : 'a list';
  }
  if (value.value === null) {
    return 'nothing';
  }
  return { string: 'text', number: 'a number', boolean: 'true or false' }[typeof value.value as 'string'];
}

/** Whether nothing stands behind a key. */
export function isNothing(value: LocatedValue): boolean {
  return value.kind === 'scalar' && value.value === null;
}

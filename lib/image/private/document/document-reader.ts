import { Document, isMap, isNode, isScalar, isSeq, LineCounter, Node, parseDocument, YAMLMap } from 'yaml';
import { Problem } from '../../../validation';

/** Aliases of one document that are followed: no component needs more, and a bomb of aliases needs far more. */
const MAX_ALIASES = 100;

/** A part of a document with the path that leads to it. */
export interface DocumentPart {
  readonly path: string;
  readonly node: Node | null | undefined;
}

/** Reads a YAML or JSON text and says where in it something is wrong. */
export class DocumentReader {
  public readonly problems: Problem[] = [];
  private readonly lines = new LineCounter();
  private readonly document: Document.Parsed;

  constructor(text: string) {
    // YAML 1.2 with unique keys: AWSTOE keeps the last of two equal keys without a word.
    this.document = parseDocument(text, { lineCounter: this.lines, uniqueKeys: true, prettyErrors: false });
    for (const { message, pos, code } of [...this.document.errors, ...this.document.warnings]) {
      const line = this.lines.linePos(pos[0]).line;
      const got = `${message.replace(/\s+/g, ' ')} (${code})`;
      this.problems.push({
        what: `document (line ${line})`,
        got,
        allowed: 'YAML 1.2 or JSON, each key once',
        fix: 'mend it there',
      });
    }
    this.refuseAliasBombs();
  }

  /** The whole document, or nothing when it cannot be read. */
  public get root(): DocumentPart | undefined {
    return this.problems.length > 0 ? undefined : { path: '', node: this.document.contents };
  }

  /** Notes that something is wrong with a part. */
  public refuse({ path, node }: DocumentPart, got: string, allowed: string, fix: string): void {
    const line = node?.range ? ` (line ${this.lines.linePos(node.range[0]).line})` : '';
    this.problems.push({ what: `${path === '' ? 'document' : path}${line}`, got, allowed, fix });
  }

  /** The parts of a map by their keys; refuses what is no map, and keys that are not allowed. */
  public map(part: DocumentPart, keys?: readonly string[]): Map<string, DocumentPart> {
    const node = this.resolved(part.node);
    if (!isMap(node)) {
      this.refuse(part, describe(node), 'a map', 'write key: value pairs');
      return new Map();
    }
    const entries = (node as YAMLMap<Node, Node | null>).items.map(({ key, value }): [string, DocumentPart] => {
      const name = isScalar(key) ? String(key.value) : String(key);
      return [name, { path: part.path === '' ? name : `${part.path}.${name}`, node: value ?? key }];
    });
    for (const [name, child] of keys ? entries.filter(([key]) => !keys.includes(key)) : []) {
      this.refuse(child, `the key ${name}`, keys!.join(', '), 'remove it, or correct its name');
    }
    return new Map(entries);
  }

  /** The parts of a list; refuses what is no list, and an empty one. */
  public list(part: DocumentPart): DocumentPart[] {
    const node = this.resolved(part.node);
    if (!isSeq(node) || node.items.length === 0) {
      const got = isSeq(node) ? 'an empty list' : describe(node);
      this.refuse(part, got, 'a list of at least one', 'write each entry on a line of its own after "- "');
      return [];
    }
    return node.items.map((item, index) => ({ path: `${part.path}[${index}]`, node: isNode(item) ? item : undefined }));
  }

  /** The value of a part that is one string or number, else nothing. */
  public scalar({ node }: DocumentPart): unknown {
    const resolved = this.resolved(node);
    return isScalar(resolved) ? resolved.value : undefined;
  }

  /** Every string below a part. */
  public strings(part: DocumentPart): (DocumentPart & { readonly text: string })[] {
    const node = this.resolved(part.node);
    if (isMap(node)) {
      return [...this.map(part).values()].flatMap((child) => this.strings(child));
    }
    if (isSeq(node)) {
      return node.items.flatMap((item, index) =>
        isNode(item) ? this.strings({ path: `${part.path}[${index}]`, node: item }) : [],
      );
    }
    return isScalar(node) && typeof node.value === 'string' ? [{ ...part, text: node.value }] : [];
  }

  private resolved(node: Node | null | undefined): Node | undefined {
    return node && 'source' in node && 'resolve' in node ? node.resolve(this.document) : (node ?? undefined);
  }

  private refuseAliasBombs(): void {
    if (this.problems.length > 0) {
      return;
    }
    try {
      this.document.toJS({ maxAliasCount: MAX_ALIASES, mapAsMap: true });
    } catch (error) {
      const got = (error as Error).message;
      this.problems.push({
        what: 'document',
        got,
        allowed: `aliases that stand for little, at most ${MAX_ALIASES}`,
        fix: 'write the steps out',
      });
    }
  }
}

function describe(node: Node | undefined): string {
  if (isMap(node)) {
    return 'a map';
  }
  if (isSeq(node)) {
    return 'a list';
  }
  return isScalar(node) && node.value !== null ? JSON.stringify(node.value) : 'nothing';
}

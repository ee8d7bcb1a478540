import { ENDLESS, heightsOf } from './heights';

/** A state of the automaton that a grammar is. A rule is called by its first state, and ends where a state accepts. */
export type State = number;

export type Edge =
  | { readonly kind: 'bytes'; readonly low: number; readonly high: number; readonly target: State }
  | { readonly kind: 'empty'; readonly target: State }
  | { readonly kind: 'call'; readonly called: State; readonly target: State };

/** As many as the engine takes: `GE_GRAMMAR_STATES_MAX` and `GE_GRAMMAR_EDGES_MAX`, and the deepest call. */
const STATES = 65_536;
const EDGES = 262_144;
export const DEPTH = 64;

const VERSION = 1;
const NONE = 0xffff_ffff;
const KIND = { bytes: 0, empty: 1, call: 2 } as const;

/** `GE_GRAMMAR_RUN_FREE`: room for any number of characters. */
export const RUN_FREE = 65_535;

export class GrammarTooLarge extends Error {}

/** Writes a grammar for the engine: kernels/engine/grammar/grammar.h says what it means. */
export class GrammarBuilder {
  private readonly edges: Edge[][] = [];
  private readonly accepting = new Set<State>();
  private readonly runs = new Map<State, number>();
  private edgeCount = 0;

  /** @throws GrammarTooLarge */
  public state(): State {
    if (this.edges.length === STATES) {
      throw new GrammarTooLarge(`more than ${STATES} states`);
    }
    return this.edges.push([]) - 1;
  }

  /** Marks the end of a rule. */
  public accept(state: State): void {
    this.accepting.add(state);
  }

  /** Says how many plain characters of a string fit from a state on. */
  public run(state: State, characters: number): void {
    this.runs.set(state, Math.min(characters, RUN_FREE));
  }

  public empty(from: State, target: State): void {
    this.add(from, { kind: 'empty', target });
  }

  public bytes(from: State, low: number, high: number, target: State = this.state()): State {
    this.add(from, { kind: 'bytes', low, high, target });
    return target;
  }

  /** One of the bytes of an ASCII text. */
  public oneOf(from: State, characters: string, target: State = this.state()): State {
    [...characters].forEach((character) => this.text(from, character, target));
    return target;
  }

  /** The bytes of a text, one after the other. */
  public text(from: State, text: string, target: State = this.state()): State {
    const bytes = [...Buffer.from(text)];
    const last = bytes.slice(0, -1).reduce((state, byte) => this.bytes(state, byte, byte), from);
    return this.bytes(last, bytes[bytes.length - 1], bytes[bytes.length - 1], target);
  }

  public call(from: State, called: State, target: State = this.state()): State {
    this.add(from, { kind: 'call', called, target });
    return target;
  }

  /** Adds the texts to a rule, which ends after each of them. Texts that begin alike share their states. */
  public texts(rule: State, texts: readonly string[]): void {
    const next = new Map<string, State>();
    for (const text of texts) {
      const end = [...Buffer.from(text)].reduce((state, byte) => {
        const key = `${state} ${byte}`;
        const known = next.get(key) ?? this.bytes(state, byte, byte);
        next.set(key, known);
        return known;
      }, rule);
      this.accept(end);
    }
  }

  /** Whether the rule matches any text that is at most `DEPTH` calls deep. */
  public hasText(rule: State): boolean {
    return heightsOf(this.edges, this.accepting, DEPTH)[rule] !== ENDLESS;
  }

  /**
   * The words of the grammar.
   *
   * @param character the rule of a character of a string
   */
  public words(first: State, character?: State): Uint32Array {
    const heights = heightsOf(this.edges, this.accepting, DEPTH);
    const words = [VERSION, this.edges.length, this.edgeCount, first, character ?? NONE];
    let firstEdge = 0;
    this.edges.forEach((edges, state) => {
      const accepts = this.accepting.has(state) ? 1 : 0;
      words.push(firstEdge, heights[state] + accepts * 0x100 + (this.runs.get(state) ?? 0) * 0x1_0000);
      firstEdge += edges.length;
    });
    this.edges.flat().forEach((edge) => words.push(headOf(edge), edge.target));
    return Uint32Array.from(words);
  }

  private add(from: State, edge: Edge): void {
    if (this.edgeCount === EDGES) {
      throw new GrammarTooLarge(`more than ${EDGES} edges`);
    }
    this.edgeCount += 1;
    this.edges[from].push(edge);
  }
}

function headOf(edge: Edge): number {
  switch (edge.kind) {
    case 'bytes':
      return KIND.bytes + edge.low * 0x100 + edge.high * 0x1_0000;
    case 'empty':
      return KIND.empty;
    case 'call':
      return KIND.call + edge.called * 0x100;
  }
}

import { Trace } from './trace';

/** A stretch of a trace that is handed to the cycle model as one. */
export interface Phrase {
  /** Instruction words, in the order they ran. */
  readonly words: Uint32Array;
  /** The phrase that ran before; undefined at the start of the trace. */
  readonly before?: Uint32Array;
  /** How often this phrase followed that one. */
  readonly count: number;
}

/** A phrase is several times longer than what the core holds in flight (320 instructions on the V2). */
const SHORTEST = 1500;
const LONGEST = 3000;

/**
 * Cuts a trace into phrases and counts equal ones. The cut falls, between SHORTEST and LONGEST instructions, on the
 * segment that ran least often in the whole trace: that is where an outer loop goes round, so that each turn of the
 * loop is cut into the same phrases and has to be modelled only once.
 */
export function phrasesOf(trace: Trace): Phrase[] {
  const cuts = cutPoints(trace);
  const known = new Map<string, Uint32Array>();
  const pairs = new Map<string, { words: Uint32Array; before?: Uint32Array; count: number }>();
  const numbers = new Map<Uint32Array, number>();
  let before: Uint32Array | undefined;
  for (let index = 0; index + 1 < cuts.length; index += 1) {
    const words = intern(known, trace, cuts[index], cuts[index + 1]);
    numbers.set(words, numbers.get(words) ?? numbers.size);
    const key = `${before ? numbers.get(before) : 'start'}>${numbers.get(words)}`;
    const pair = pairs.get(key) ?? { words, before, count: 0 };
    pair.count += 1;
    pairs.set(key, pair);
    before = words;
  }
  return [...pairs.values()];
}

function cutPoints({ path, segments }: Trace): number[] {
  const frequency = new Map<number, number>();
  path.forEach((segment) => frequency.set(segment, (frequency.get(segment) ?? 0) + 1));
  const rarity = (index: number) => frequency.get(path[index]) ?? 0;
  const length = (index: number) => segments.get(path[index])?.length ?? 0;
  const cuts = [0];
  for (let index = 0; index < path.length;) {
    let instructions = 0;
    let best = -1;
    for (; index < path.length && (instructions < LONGEST || best < 0); index += 1) {
      if (instructions >= SHORTEST && (best < 0 || rarity(index) < rarity(best))) {
        best = index;
      }
      instructions += length(index);
    }
    // What is left after the last cut is a phrase of its own.
    const isRest = best < 0 || (index === path.length && instructions < LONGEST);
    index = isRest ? path.length : best;
    cuts.push(index);
  }
  return cuts;
}

function intern(known: Map<string, Uint32Array>, { path, segments }: Trace, begin: number, end: number): Uint32Array {
  const key = path.subarray(begin, end).join();
  const found = known.get(key);
  if (found) {
    return found;
  }
  const parts = Array.from(path.subarray(begin, end), (segment) => segments.get(segment) ?? new Uint32Array());
  const words = new Uint32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    words.set(part, at);
    at += part.length;
  }
  known.set(key, words);
  return words;
}

import { CpuFeature } from '../../lib/catalog';
import { EncodingRow } from '../../lib/kernels/isa/encoding-table';
import { matchWord } from '../../lib/kernels/isa/word-matcher';
import { disassemble } from './llvm-disassembler';
import { everythingBut, LLVM_FEATURES } from './llvm-features';

/** How the decoder's word on one instruction compares with LLVM's. */
export enum Agreement {
  /** Both say that every Armv8.0 CPU has the instruction, or that none has. */
  NOTHING_NEEDED = 'nothing needed',
  /** With the features that the decoder names LLVM knows the instruction, and without any one of them it does not. */
  SAME_FEATURES = 'same features',
  /** LLVM needs a feature, the decoder none. */
  MISSED = 'missed',
  /** The decoder needs a feature, LLVM none. */
  INVENTED = 'invented',
  /** The decoder needs a feature for a word which LLVM takes for no instruction. No compiler emits it; data may hold it. */
  NO_INSTRUCTION = 'no instruction',
  /** The features that the decoder names are too few for LLVM. */
  TOO_FEW = 'too few features',
  /** LLVM does without one of the features that the decoder names. */
  TOO_MANY = 'too many features',
}

/** A word, and what the decoder and LLVM make of it. */
export interface Comparison {
  readonly word: number;
  readonly agreement: Agreement;
  readonly row?: EncodingRow;
  /** LLVM's text with all features on. */
  readonly text?: string;
}

/**
 * Compares the decoder with llvm-objdump, word by word. A word needs something in LLVM when its text without any feature
 * is not its text with all of them. Which feature it needs is tried out: LLVM must know the word with those that the
 * decoder names, and must not know it when all features but one of them are on.
 */
export function compareWithLlvm(distinct: Uint32Array): Comparison[] {
  const every = disassemble(distinct, '+all');
  const none = disassemble(distinct, '');
  const comparisons = [...distinct].map((word, index): Comparison => {
    const text = every[index];
    const isExempt = text !== undefined && isExemptInstruction(word, text);
    const row = isExempt ? undefined : matchWord(word);
    const isNeeded = text !== undefined && none[index] !== text && !isExempt;
    return { word, agreement: firstAgreement(isNeeded, row, text), row, text };
  });
  const attributed = comparisons.filter(({ agreement }) => agreement === Agreement.SAME_FEATURES);
  const wrong = new Map([...tooFew(attributed), ...tooMany(attributed)]);
  return comparisons.map((comparison) => ({
    ...comparison,
    agreement: wrong.get(comparison.word) ?? comparison.agreement,
  }));
}

function firstAgreement(isNeeded: boolean, row?: EncodingRow, text?: string): Agreement {
  if (isNeeded) {
    return row ? Agreement.SAME_FEATURES : Agreement.MISSED;
  }
  if (row === undefined) {
    return Agreement.NOTHING_NEEDED;
  }
  return text === undefined || text === 'undefined' ? Agreement.NO_INSTRUCTION : Agreement.INVENTED;
}

/** What user code cannot run anyway, what LLVM names for any CPU, and hints, which are no operation on a CPU that does not know them. */
function isExemptInstruction(word: number, text: string): boolean {
  const isHint = (word & 0xfffff01f) >>> 0 === 0xd503201f;
  const isSystem = (word & 0xff800000) >>> 0 === 0xd5000000;
  // EL0 reaches nothing but what has 3 in op1.
  const isPrivileged = isSystem && ((word >>> 16) & 7) !== 3 && PRIVILEGED.test(text);
  return (
    isHint ||
    isPrivileged ||
    /^(smc|dcps3|trcit|prfm|prfum|rprfm)\b|^(smstart|smstop)\b|\b(FPMR|GCSPR_EL0)\b/.test(text)
  );
}

const PRIVILEGED = /^(at|brb|dc|gcs\w+|ic|mrs|mrrs|msr|msrr|sys|sysl|sysp|tlbi|tlbip|trcit)\b/;

function tooFew(comparisons: readonly Comparison[]): [number, Agreement][] {
  const bySet = groupBy(comparisons, ({ row }) => [row!.features.join(' ')]);
  return [...bySet].flatMap(([features, group]) => {
    const on = features.split(' ').flatMap((name) => LLVM_FEATURES[name as CpuFeature]!.on);
    return differing(group, on.map((name) => `+${name}`).join(','), (text, got) => got !== text, Agreement.TOO_FEW);
  });
}

function tooMany(comparisons: readonly Comparison[]): [number, Agreement][] {
  const byFeature = groupBy(comparisons, ({ row }) => row!.features);
  return [...byFeature].flatMap(([feature, group]) => {
    const attributes = everythingBut(LLVM_FEATURES[feature as CpuFeature]!.off);
    return differing(group, attributes, (text, got) => got === text, Agreement.TOO_MANY);
  });
}

function differing(
  group: readonly Comparison[],
  attributes: string,
  isWrong: (text: string | undefined, got: string | undefined) => boolean,
  agreement: Agreement,
): [number, Agreement][] {
  const words = Uint32Array.from(group, ({ word }) => word);
  const got = disassemble(words, attributes);
  return group.filter(({ text }, index) => isWrong(text, got[index])).map(({ word }) => [word, agreement]);
}

function groupBy<T>(items: readonly T[], keysOf: (item: T) => readonly string[]): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    for (const key of keysOf(item)) {
      const group = groups.get(key);
      if (group) {
        group.push(item);
      } else {
        groups.set(key, [item]);
      }
    }
  }
  return groups;
}

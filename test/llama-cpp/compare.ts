import { GreedyAnswer } from '../../scripts/llama-cpp/engines';
import { ReferenceTransformer } from '../engine-native/reference/transformer';

/** One token of two greedy answers, both engines having read the same tokens before it. */
export interface ComparedStep {
  readonly ours: number;
  readonly theirs: number;
  /** The reference's likeliest token, and how far its logit leads the second one's. */
  readonly reference: number;
  readonly lead: number;
  /** Euclidean length of the reference's logits. */
  readonly length: number;
  /** Of the differences from the reference, as parts of `length`. */
  readonly ourError: number;
  readonly theirError: number;
}

/** The steps of two answers to a prompt, up to the first token in which they differ and with it. */
export function compareAnswers(
  reference: ReferenceTransformer,
  prompt: readonly number[],
  ours: GreedyAnswer,
  theirs: GreedyAnswer,
): ComparedStep[] {
  const difference = ours.tokens.findIndex((token, i) => token !== theirs.tokens[i]);
  const steps = difference < 0 ? ours.tokens.length : difference + 1;
  const all = reference.logits([...prompt, ...ours.tokens.slice(0, steps - 1)]).slice(prompt.length - 1);
  return all.map((logits, i) => {
    const [first, second] = [...logits].sort((a, b) => b - a);
    const length = Math.hypot(...logits);
    const errorOf = ({ logits: got }: GreedyAnswer): number =>
      Math.hypot(...logits.map((value, j) => got[i][j] - value)) / length;
    return {
      ours: ours.tokens[i],
      theirs: theirs.tokens[i],
      reference: logits.indexOf(first),
      lead: first - second,
      length,
      ourError: errorOf(ours),
      theirError: errorOf(theirs),
    };
  });
}

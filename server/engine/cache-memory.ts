import { NativeFacts } from './native-addon';

type CacheFacts = Pick<NativeFacts, 'cacheBytesPerToken' | 'cacheTokens' | 'slots' | 'contextLength'>;

/** The part of what is left that the KV cache may fill: the server's own memory grows as well. */
const SHARE = 0.9;

const gibibytes = (bytes: number): string => `${(bytes / 2 ** 30).toFixed(2)} GiB`;

/**
 * The KV cache takes memory as it fills, hours later, when the system would end the process: so its room is looked at
 * first.
 *
 * @param available bytes that the process can still get
 * @throws Error with the longest context that has room
 */
export function checkCacheMemory(facts: CacheFacts, available: number): void {
  const { cacheBytesPerToken, cacheTokens, slots, contextLength } = facts;
  const needed = cacheBytesPerToken * cacheTokens;
  const allowed = available * SHARE;
  if (needed <= allowed) {
    return;
  }
  // Whole pages of 256 tokens.
  const longest = Math.floor(allowed / cacheBytesPerToken / slots / 256) * 256;
  const fix =
    longest > 0
      ? `Use --context-length ${longest} at most, or fewer --slots.`
      : 'Use fewer --slots, or a smaller model.';
  throw new Error(
    `the KV cache of ${slots} slots of ${contextLength} tokens takes ${gibibytes(needed)}, and ` +
      `${gibibytes(allowed)} are left for it. ${fix}`,
  );
}

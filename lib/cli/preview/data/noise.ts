/** A number from 0 to 1 that depends on nothing but its inputs: FNV-1a with a final mix. */
export function hashed(seed: number, key: string, index: number): number {
  let hash = 2166136261;
  for (const character of `${seed}|${key}|${index}`) {
    hash = Math.imul(hash ^ character.codePointAt(0)!, 16777619);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 2246822507);
  hash = Math.imul(hash ^ (hash >>> 13), 3266489909);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
}

/** A curve that wanders between 0 and 1 and takes a step in so many seconds. */
export function wandering(seed: number, key: string, timestamp: number, step: number): number {
  const index = Math.floor(timestamp / step);
  const part = timestamp / step - index;
  const smooth = part * part * (3 - 2 * part);
  return hashed(seed, key, index) * (1 - smooth) + hashed(seed, key, index + 1) * smooth;
}

/** The three numbers of a version, or nothing when there are none. */
export function numbersOf(version: string): readonly [number, number, number] | undefined {
  const [, ...parts] = /(\d+)\.(\d+)\.(\d+)/.exec(version) ?? [];
  return parts.length === 3 ? [Number(parts[0]), Number(parts[1]), Number(parts[2])] : undefined;
}

/** Whether a version is in a range as package.json of this library has them: `^1.2.3` or `>=1.2.3`. */
export function isInRange(version: string, range: string): boolean {
  const [got, least] = [numbersOf(version), numbersOf(range)];
  if (!got || !least) {
    return false;
  }
  return compare(got, least) >= 0 && (!range.startsWith('^') || got[0] === least[0]);
}

/** Whether a version is older than another; not when one of them is none. */
export function isOlder(version: string, than: string): boolean {
  const [got, other] = [numbersOf(version), numbersOf(than)];
  return got !== undefined && other !== undefined && compare(got, other) < 0;
}

function compare(left: readonly number[], right: readonly number[]): number {
  const index = left.findIndex((number, at) => number !== right[at]);
  return index < 0 ? 0 : left[index] - right[index];
}

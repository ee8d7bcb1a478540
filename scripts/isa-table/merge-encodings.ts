/** Words that need the same features: those whose bits under the mask are the value. */
export interface Encoding {
  readonly mask: number;
  readonly value: number;
  readonly mnemonics: readonly string[];
}

/**
 * The same set of words in fewer encodings: two that differ in one fixed bit alone become one without that bit, and one
 * that lies inside another goes.
 */
export function mergeEncodings(encodings: readonly Encoding[]): Encoding[] {
  let current = unique(encodings);
  for (;;) {
    const merged = withoutCovered(unique(mergeOnce(current)));
    if (merged.length === current.length) {
      return merged;
    }
    current = merged;
  }
}

function mergeOnce(encodings: readonly Encoding[]): Encoding[] {
  const byKey = new Map(encodings.map((encoding) => [keyOf(encoding.mask, encoding.value), encoding]));
  const result: Encoding[] = [];
  for (const [key, encoding] of byKey) {
    if (byKey.get(key) !== encoding) {
      continue;
    }
    const partner = partnerOf(encoding, byKey);
    byKey.delete(key);
    if (partner === undefined) {
      result.push(encoding);
      continue;
    }
    byKey.delete(keyOf(partner.mask, partner.value));
    const mask = (encoding.mask & ~(encoding.value ^ partner.value)) >>> 0;
    result.push({ mask, value: (encoding.value & mask) >>> 0, mnemonics: union(encoding, partner) });
  }
  return result;
}

function partnerOf({ mask, value }: Encoding, byKey: ReadonlyMap<string, Encoding>): Encoding | undefined {
  for (let bit = 0; bit < 32; bit += 1) {
    const partner = mask & (1 << bit) ? byKey.get(keyOf(mask, (value ^ (1 << bit)) >>> 0)) : undefined;
    if (partner) {
      return partner;
    }
  }
  return undefined;
}

function unique(encodings: readonly Encoding[]): Encoding[] {
  const byKey = new Map<string, Encoding>();
  for (const encoding of encodings) {
    const key = keyOf(encoding.mask, encoding.value);
    const same = byKey.get(key);
    byKey.set(key, same ? { ...same, mnemonics: union(same, encoding) } : encoding);
  }
  return [...byKey.values()];
}

function withoutCovered(encodings: readonly Encoding[]): Encoding[] {
  return encodings.filter(
    (inner) =>
      !encodings.some(
        (outer) =>
          outer !== inner &&
          (outer.mask & inner.mask) >>> 0 === outer.mask &&
          (inner.value & outer.mask) >>> 0 === outer.value,
      ),
  );
}

function union(a: Encoding, b: Encoding): string[] {
  return [...new Set([...a.mnemonics, ...b.mnemonics])].sort();
}

function keyOf(mask: number, value: number): string {
  return `${mask}:${value}`;
}

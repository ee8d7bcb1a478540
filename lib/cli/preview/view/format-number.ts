const SUFFIXES: readonly (readonly [number, string])[] = [
  [1e12, 'T'],
  [1e9, 'G'],
  [1e6, 'M'],
  [1e3, 'k'],
];

/** A number as CloudWatch's console shows it: three or four significant digits, and k, M, G, T above a thousand. */
export function formatNumber(value: number): string {
  const [divisor, suffix] = SUFFIXES.find(([least]) => Math.abs(value) >= least) ?? [1, ''];
  return `${Number((value / divisor).toPrecision(Math.abs(value) >= 1000 ? 3 : 4))}${suffix}`;
}

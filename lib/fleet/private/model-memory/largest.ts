/** The greatest number from 1 to `most` with a property that smaller numbers have too; 0 when 1 has it not. */
export function largest(most: number, has: (count: number) => boolean): number {
  let [low, high] = [0, most];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    [low, high] = has(middle) ? [middle, high] : [low, middle - 1];
  }
  return low;
}

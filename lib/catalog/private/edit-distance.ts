/**
 * Edits that turn one word into the other: insertion, deletion, substitution, or swapping two neighbours (optimal string
 * alignment). A swap counts once, because `4xlrage` is one slip of the finger.
 */
export function editDistance(from: string, to: string): number {
  const rows = [Array.from({ length: to.length + 1 }, (_, column) => column)];
  for (let i = 1; i <= from.length; i++) {
    rows.push([i]);
    for (let j = 1; j <= to.length; j++) {
      const cost = from[i - 1] === to[j - 1] ? 0 : 1;
      let best = Math.min(rows[i - 1][j] + 1, rows[i][j - 1] + 1, rows[i - 1][j - 1] + cost);
      if (i > 1 && j > 1 && from[i - 1] === to[j - 2] && from[i - 2] === to[j - 1]) {
        best = Math.min(best, rows[i - 2][j - 2] + 1);
      }
      rows[i].push(best);
    }
  }
  return rows[from.length][to.length];
}

// Longer input is no misspelt name, and the distance costs the product of both lengths.
const LONGEST_MISSPELLING = 32;

/**
 * The candidates with the fewest edits, at most `limit` of them, in the order in which they were given.
 *
 * @param furthest edits beyond which a candidate is no suggestion.
 */
export function nearestWords(word: string, candidates: readonly string[], furthest: number, limit: number): string[] {
  if (word.length > LONGEST_MISSPELLING) {
    return [];
  }
  const distances = candidates.map((candidate) => editDistance(word, candidate));
  const least = Math.min(...distances);
  return least > furthest ? [] : candidates.filter((_, index) => distances[index] === least).slice(0, limit);
}

import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { StopStrings } from '../../server/generation/stop-strings';

/** What is shown of a text that comes in pieces, and the longest that was held back at any time. */
function scan(stops: readonly string[], pieces: readonly string[]): { shown: string; stopped: boolean; held: number } {
  const strings = new StopStrings(stops);
  let shown = '';
  let given = 0;
  let held = 0;
  for (const piece of pieces) {
    const { text, stopped } = strings.push(piece);
    shown += text;
    given += piece.length;
    if (stopped) {
      return { shown, stopped, held };
    }
    held = Math.max(held, given - shown.length);
  }
  return { shown: shown + strings.end(), stopped: false, held };
}

test('a text ends before the first stop string, and nothing is held back without need', () => {
  const word = (maxLength: number) => fc.string({ unit: fc.constantFrom('a', 'b', 'c'), minLength: 1, maxLength });
  fc.assert(
    fc.property(fc.array(word(4), { maxLength: 3 }), fc.array(word(5), { maxLength: 12 }), (stops, pieces) => {
      const text = pieces.join('');
      const { shown, stopped, held } = scan(stops, pieces);
      if (stopped) {
        // The first piece that completes a stop string ends the text; within it the leftmost one.
        expect(stops.some((stop) => text.slice(shown.length).startsWith(stop))).toBe(true);
        expect(stops.some((stop) => shown.includes(stop))).toBe(false);
      } else {
        expect(shown).toBe(text);
        expect(stops.some((stop) => text.includes(stop))).toBe(false);
      }
      expect(held).toBeLessThan(Math.max(1, ...stops.map(({ length }) => length)));
    }),
    { numRuns: 1000 },
  );
});

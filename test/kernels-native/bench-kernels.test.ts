import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { phrasesOf } from '../../scripts/bench-kernels/cycles/phrases';
import { float, integer, message, text } from '../../scripts/bench-kernels/peers/protobuf';
import { inPool } from '../../scripts/bench-kernels/run/pool';
import { formatTable } from '../../scripts/bench-kernels/table';

/** Segments of the given lengths, each filled with words of its own. */
function segmentsOf(lengths: readonly number[]): Map<number, Uint32Array> {
  return new Map(lengths.map((length, number) => [number, new Uint32Array(length).fill(number + 1)]));
}

describe('phrases', () => {
  test('hold every instruction of the trace once', () => {
    const lengths = fc.array(fc.integer({ min: 1, max: 512 }), { minLength: 1, maxLength: 8 });
    const paths = lengths.chain((all) =>
      fc.array(fc.nat(all.length - 1), { maxLength: 400 }).map((path) => ({ lengths: all, path })),
    );
    fc.assert(
      fc.property(paths, (made) => {
        const trace = { path: Uint32Array.from(made.path), segments: segmentsOf(made.lengths) };
        const held = phrasesOf(trace).reduce((sum, { words, count }) => sum + words.length * count, 0);
        expect(held).toBe(made.path.reduce((sum, segment) => sum + made.lengths[segment], 0));
      }),
    );
  });

  test('each turn of an outer loop is cut alike', () => {
    const turn = [1, ...Array.from({ length: 40 }, () => 2)];
    const path = Uint32Array.from([0, ...Array.from({ length: 500 }, () => turn).flat()]);
    const phrases = phrasesOf({ path, segments: segmentsOf([7, 20, 50]) });
    expect(phrases.length).toBeLessThanOrEqual(4);
    expect(Math.max(...phrases.map(({ count }) => count))).toBeGreaterThan(400);
  });

  test('name the phrase before', () => {
    const path = Uint32Array.from(Array.from({ length: 3000 }, () => 0));
    const phrases = phrasesOf({ path, segments: segmentsOf([4]) });
    expect(phrases.filter(({ before }) => before === undefined)).toHaveLength(1);
  });
});

describe('table', () => {
  test('puts numbers to the right and a dash where there is nothing', () => {
    const rows = [
      { name: 'a', count: 5 },
      { name: 'long', count: null },
    ];
    const table = formatTable(
      [
        { title: 'name', value: (row: (typeof rows)[number]) => row.name },
        { title: 'count', value: (row: (typeof rows)[number]) => row.count },
      ],
      rows,
    );
    expect(table.split('\n')).toEqual(['name  count', 'a         5', 'long      -']);
  });
});

describe('protobuf', () => {
  // The examples of the encoding guide of Protocol Buffers: field 1 is 150; field 2 is "testing"; field 3 holds the first.
  test('writes what the encoding guide shows', () => {
    expect(integer(1, 150).toString('hex')).toBe('089601');
    expect(text(2, 'testing').toString('hex')).toBe('120774657374696e67');
    expect(message(3, integer(1, 150)).toString('hex')).toBe('1a03089601');
    expect(float(2, 1).toString('hex')).toBe('150000803f');
  });
});

describe('pool', () => {
  test('keeps the order of the jobs and the width', async () => {
    let underWay = 0;
    let most = 0;
    const jobs = [3, 1, 2, 0].map((value) => async () => {
      underWay += 1;
      most = Math.max(most, underWay);
      await new Promise((resolve) => setTimeout(resolve, value));
      underWay -= 1;
      return value;
    });
    expect(await inPool(2, jobs)).toEqual([3, 1, 2, 0]);
    expect(most).toBe(2);
  });
});

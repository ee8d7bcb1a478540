import { expect, test } from 'vitest';
import { wrap } from '../../../lib/cli/plan/format/wrap';
import { row } from '../../../lib/cli/row';

const LONG = row('encryption', `NOT of ${Array.from({ length: 12 }, (_, index) => `chat/Volume${index}`).join(', ')}`);

test('rows fit the terminal, and go on where their text began', () => {
  const lines = wrap(LONG, 80).split('\n');
  expect(lines.length).toBe(4);
  expect(lines.every((line) => line.length <= 80)).toBe(true);
  expect(lines.slice(1).every((line) => /^ {20}\S/.test(line))).toBe(true);
  expect(lines.map((line) => line.trim()).join(' ')).toBe(LONG.trim());
});

test('a word that is longer than a line stays whole', () => {
  const word = 'x'.repeat(100);
  expect(wrap(row('ingress', `tcp to ${word} from here`), 80)).toBe(
    [row('ingress', 'tcp to'), `${' '.repeat(20)}${word}`, `${' '.repeat(20)}from here`].join('\n'),
  );
  expect(wrap(word, 80)).toBe(word);
});

test.each([undefined, 0, 40])('lines stay whole where the output has %s columns', (columns) => {
  expect(wrap(LONG, columns)).toBe(LONG);
});

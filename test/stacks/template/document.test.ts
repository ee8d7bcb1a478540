import { expect, test } from 'vitest';
import { dataOf } from '../../../lib/stacks/template/private/document/located-value';
import { parseDocumentText } from '../../../lib/stacks/template/private/document/parse-document-text';
import { readProblems } from '../../support/fleet-file';

function problems(text: string): string[] {
  return parseDocumentText('f.yaml', text).problems.map(
    ({ place: { line, column }, what, got }) => `${line}:${column} ${what}: got ${got}`,
  );
}

test.each([
  ['a tab as indentation', 'a:\n\tb: 1', '2:1 file: got a tab as indentation'],
  ['a tag of its own', 'a: !secret hunter2', '1:4 file: got a tag'],
  ['binary data', 'a: !!binary aGVsbG8=', '1:4 file: got a tag'],
  ['a second document', 'a: 1\n---\nb: 2', '2:1 file: got a second document'],
  ['YAML 1.1', '%YAML 1.1\n---\na: yes', '1:1 file: got a directive'],
  ['a key twice', 'a: 1\nb: 2\na: 3', '3:1 a: got the key a again, which stands on line 1'],
  ['a key twice, as number and text', '1: a\n"1": b', '2:1 1: got the key 1 again, which stands on line 1'],
  ['an alias before its anchor', 'a: *b\nb: &b 1', '1:4 a: got the alias *b without an anchor before it'],
  ['an alias within its anchor', 'a: &a [*a]', '1:8 a[0]: got the alias *a without an anchor before it'],
  ['a list as a key', '? [a]\n: 1', '1:3 file: got a key that is no plain word'],
  ['the prototype as a key', 'x: {__proto__: {a: 1}}', '1:5 x: got the key __proto__'],
  ['a merge key of YAML 1.1', 'a: &a {b: 1}\nc: {<<: *a}', '2:5 c: got the key <<'],
  ['an open bracket', 'a: [1, 2', '1:9 file: got a bracket, quote, comma or colon that is missing'],
])('%s is refused where it stands', (_name, text, problem) => {
  expect(problems(text)).toContain(problem);
});

test('several problems are found together', () => {
  expect(problems('a: *x\nb: {c: 1, c: 2}\n? [d]\n: *y')).toHaveLength(4);
});

test('scalars are those of YAML 1.2', () => {
  const { value } = parseDocumentText('f.yaml', '\ufeffa: yes\r\nb: 012\r\nc: 0x1f\r\nd: ~\r\ne: 1_000\r\n');
  expect(dataOf(value)).toEqual({ a: 'yes', b: 12, c: 31, d: null, e: '1_000' });
});

test('aliases stand for what they name, with its places', () => {
  const { value } = parseDocumentText('f.yaml', 'a: &a { b: [1] }\nc: *a');
  expect(dataOf(value)).toEqual({ a: { b: [1] }, c: { b: [1] } });
});

const bomb = Array.from({ length: 20 }, (_, level) =>
  level === 0
    ? 'a0: &a0 [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]'
    : `a${level}: &a${level} [${Array(10)
        .fill(`*a${level - 1}`)
        .join(', ')}]`,
).join('\n');
const deepAliases = Array.from(
  { length: 10 },
  (_, level) => `a${level}: &a${level} ${'['.repeat(10)}${level === 0 ? '' : `*a${level - 1}`}${']'.repeat(10)}`,
).join('\n');

test.each([
  ['a bomb of aliases', bomb, 'more values, counted with what aliases stand for'],
  ['deep aliases', deepAliases, 'maps and lists that are nested deeper'],
  ['deep brackets', '['.repeat(1_000_000), 'maps and lists that are nested deeper'],
  ['deep dashes', '- '.repeat(1_000_000), 'maps and lists that are nested deeper'],
  ['deep question marks', '? '.repeat(1_000_000), 'maps and lists that are nested deeper'],
  ['very many words', '- 1\n'.repeat(400_000), 'more'],
  ['very many errors', '{}'.repeat(1_000_000), 'what is no YAML'],
])('%s ends soon, in one problem', (_name, text, got) => {
  const started = performance.now();
  expect(problems(text).join('\n')).toContain(`got ${got}`);
  // It is far below a second on its own; the parser would need minutes for the whole.
  expect(performance.now() - started).toBeLessThan(20_000);
});

test.each([
  ['a file that is not there', undefined, 'no such file'],
  ['bytes that are no text', Buffer.from([0xff, 0xfe, 0x00, 0x61]), 'bytes that are no UTF-8'],
  ['control characters', Buffer.from('a: \u0000'), 'control characters'],
  ['a file beyond measure', Buffer.alloc(9 * 1024 * 1024, '#'), `${9 * 1024 * 1024} bytes`],
])('%s is refused', (_name, bytes, got) => {
  const lines = bytes ? readProblems(bytes) : readProblems('policy: [missing.yaml]');
  expect(lines.join('\n')).toContain(`:1:1 file: got ${got}, allowed`);
});

test('no message repeats the text of the file', () => {
  const secret = 'sk-live-0123456789';
  const texts = [`a: !${secret} b`, `a: "${secret}`, `a: 'x' ${secret}`, `a: {b: ${secret}\nc: d`, `a: @${secret}`];
  for (const text of texts) {
    expect(problems(text).join('\n')).not.toContain(secret);
    expect(problems(text)).not.toEqual([]);
  }
});

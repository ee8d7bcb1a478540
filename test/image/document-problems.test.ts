import { Token } from 'aws-cdk-lib';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Problem } from '../../lib';
import { bashStep, renderDocument } from '../../lib/image/private/component-document';
import { documentProblems } from '../../lib/image/private/document/document-problems';
import { sizeProblems } from '../../lib/image/private/document/document-size';

/** A document around one step, at whose first line (6) the text is put. */
const withStep = (...lines: string[]) =>
  ['schemaVersion: 1.0', 'phases:', '  - name: build', '    steps:', ...lines.map((line) => `      ${line}`)].join(
    '\n',
  );

const STEP = ['- name: One', '  action: ExecuteBash', '  inputs:', '    commands:', '      - echo'];

const shown = ({ what, got }: Problem) => `${what}: ${got}`;

describe('a document is taken', () => {
  test.each([
    ['in YAML', withStep(...STEP)],
    ['in JSON', renderDocument('Name', { build: [bashStep('One', 'echo')] })],
    [
      'with all that AWSTOE knows',
      [
        'name: Everything',
        'description: of a document',
        "schemaVersion: '1.0'",
        'constants:',
        '  - Source: { type: string, value: s3://bucket/key }',
        'parameters:',
        '  - Target: { type: string, default: /opt, description: where it goes }',
        'phases:',
        '  - name: build',
        '    steps:',
        '      - { name: Fetch, action: S3Download, timeoutSeconds: -1, maxAttempts: 3, onFailure: Continue,',
        "          inputs: [{ source: '{{ Source }}', destination: '{{Target}}/file' }] }",
        '      - name: Each file',
        '        action: DeleteFile',
        '        loop: { name: files, forEach: [a, b] }',
        "        inputs: [{ path: '{{ build.Fetch.inputs[0].destination }}/{{ files.value }}' }]",
        '      - { name: Restart, action: Reboot }',
        '  - name: validate',
        '    steps:',
        "      - { name: See, action: Assert, inputs: { stringEquals: x, value: '{{ build.Each file.outputs.count }}' } }",
      ].join('\n'),
    ],
  ])('%s', (_, text) => {
    expect(documentProblems(text)).toEqual([]);
  });
});

describe('a document is refused', () => {
  test.each<[string, string, string[]]>([
    ['that is empty', '', ['document: nothing']],
    ['that is no map', '- a', ['document (line 1): a list']],
    ['with nothing in it', '{}', ['document (line 1): no schemaVersion', 'document (line 1): no phases']],
    ['without phases', 'schemaVersion: 1.0', ['document (line 1): no phases']],
    [
      'of another version',
      'schemaVersion: 2.0\nphases: []',
      ['schemaVersion (line 1): schemaVersion 2', 'phases (line 2): an empty list'],
    ],
    ['with a tab', 'a:\n\t- b', ['document (line 2): Tabs are not allowed as indentation (TAB_AS_INDENT)']],
    ['with a key twice', 'name: a\nname: b', ['document (line 2): Map keys must be unique (DUPLICATE_KEY)']],
    ['with a misspelt key', `${withStep(...STEP)}\nnames: a`, ['names (line 10): the key names']],
    [
      'with a bomb of aliases',
      [
        'a: &a [x, x, x, x, x, x, x, x, x, x]',
        ...['b', 'c', 'd'].map((key, index) => `${key}: &${key} [${Array(10).fill(`*${'abc'[index]}`).join(', ')}]`),
      ].join('\n'),
      ['document: Excessive alias count indicates a resource exhaustion attack'],
    ],
    [
      'with phases that nothing runs',
      'schemaVersion: 1.0\nphases:\n  - name: install\n    steps: [{ name: A, action: Reboot }]\n  - name: build\n  - name: build\n    steps: []',
      [
        'phases[0].name (line 3): the phase "install"',
        'phases[1] (line 5): no steps',
        'phases[2].name (line 6): a second phase build',
        'phases[2].steps (line 7): an empty list',
      ],
    ],
    ['with a step without a name', withStep('- action: Reboot'), ['phases[0].steps[0] (line 5): a step without name']],
    ['with two steps of a name', withStep(...STEP, ...STEP), ['phases[0].steps[1] (line 10): a second step One']],
    [
      'with an unknown action',
      withStep('- name: A', '  action: RunShell'),
      ['phases[0].steps[0].action (line 6): the action RunShell'],
    ],
    [
      'with an action of an object',
      withStep('- name: A', '  action: constructor'),
      ['phases[0].steps[0].action (line 6): the action constructor'],
    ],
    [
      'with an action for Windows',
      withStep('- name: A', '  action: ExecutePowerShell'),
      ['phases[0].steps[0].action (line 6): ExecutePowerShell, which runs on Windows only'],
    ],
    [
      'without inputs',
      withStep('- name: A', '  action: ExecuteBash'),
      ['phases[0].steps[0] (line 5): ExecuteBash without inputs'],
    ],
    [
      'with inputs of the wrong kind',
      withStep('- name: A', '  action: CreateFile', '  inputs: { path: /a }'),
      ['phases[0].steps[0].inputs (line 7): a map'],
    ],
    [
      'without a required input',
      withStep('- name: A', '  action: S3Download', '  inputs: [{ source: s3://a/b }]'),
      ['phases[0].steps[0].inputs[0] (line 7): S3Download without destination'],
    ],
    [
      'with commands that are no list',
      withStep('- name: A', '  action: ExecuteBash', '  inputs: { commands: echo }'),
      ['phases[0].steps[0].inputs.commands (line 7): "echo"'],
    ],
    [
      'with numbers out of range',
      withStep(...STEP, '  onFailure: Stop', '  timeoutSeconds: -2', '  maxAttempts: 0'),
      [
        'phases[0].steps[0].onFailure (line 10): Stop',
        'phases[0].steps[0].timeoutSeconds (line 11): -2',
        'phases[0].steps[0].maxAttempts (line 12): 0',
      ],
    ],
    [
      'with references that lead nowhere',
      withStep(
        '- name: A',
        '  action: ExecuteBash',
        '  inputs:',
        '    commands:',
        "      - echo '{{ Unknown }} {{ build.A.outputs.stdout }}'",
        "      - docker inspect --format '{{.Id}}' x",
        "      - echo '{{ loop.index }}'",
      ),
      [
        'phases[0].steps[0].inputs.commands[0] (line 9): {{ Unknown }}',
        'phases[0].steps[0].inputs.commands[0] (line 9): {{ build.A.outputs.stdout }}',
        'phases[0].steps[0].inputs.commands[1] (line 10): {{.Id}}',
        'phases[0].steps[0].inputs.commands[2] (line 11): {{ loop.index }}',
      ],
    ],
  ])('%s', (_, text, expected) => {
    const problems = documentProblems(text);
    expect(problems.map(shown)).toEqual(expected);
    expect(problems.filter(({ allowed, fix }) => !allowed || !fix)).toEqual([]);
  });

  test('that is too long to upload', () => {
    expect(sizeProblems('x'.repeat(64 * 1024))).toEqual([]);
    expect(sizeProblems('ü'.repeat(33 * 1024)).map(shown)).toEqual(['document: 67584 bytes']);
    const uncertain = `${'x'.repeat(16_001)}${Token.asString({ Ref: 'AWS::Region' })}`;
    expect(sizeProblems(uncertain).map(shown)).toEqual(['document: 16001 characters and more at deployment']);
  });
});

test('any text is read or refused, and never breaks the reader', () => {
  const pieces = fc.constantFrom(
    'schemaVersion: 1.0',
    'phases:',
    '- name: build',
    'steps:',
    ' ',
    '\n',
    '  ',
    '- ',
    '{{',
    '}}',
    '[',
    ']',
    '{',
    '}',
    '*a',
    '&a',
    '!!set',
    '? ',
    ': ',
    '"',
    "'",
    '|',
    '\t',
    'action: Reboot',
    'inputs:',
    '%YAML 1.1',
    '---',
    'null',
    '~',
  );
  fc.assert(
    fc.property(fc.array(fc.oneof(pieces, fc.string()), { maxLength: 40 }), (parts) => {
      const problems = documentProblems(parts.join(''));
      expect(problems.every(({ what, got }) => what !== '' && got !== '')).toBe(true);
    }),
    { numRuns: 2000 },
  );
});

test('what our own renderer writes is always taken, whatever the commands are', () => {
  const command = fc.string({ unit: 'binary' }).filter((text) => !text.includes('{{'));
  fc.assert(
    fc.property(fc.array(command, { minLength: 1, maxLength: 5 }), (commands) => {
      expect(documentProblems(renderDocument('Any', { build: [bashStep('Run', ...commands)] }))).toEqual([]);
    }),
    { numRuns: 500 },
  );
});

test('a document is judged anew where its tokens stand otherwise, and not where they only have other numbers', () => {
  const token = (hint: string) => Token.asString({ resolve: () => hint }, { displayHint: hint });
  const [first, second, third] = [token('First'), token('Second'), token('Third')];
  const withNames = (one: string, other: string) =>
    `constants: [{ "${one}": { type: string, value: a }, "${other}": { type: string, value: b } }]\n${withStep(...STEP)}`;
  expect(documentProblems(withNames(first, second))).toEqual([]);
  expect(documentProblems(withNames(second, third))).toEqual([]);
  expect(documentProblems(withNames(first, first)).map(shown).join()).toContain('DUPLICATE_KEY');

  const plain = (text: string) => withStep(...STEP.slice(0, -1), `      - "echo ${text}"`);
  expect(documentProblems(plain(first))).toEqual([]);
  expect(documentProblems(plain(second))).toEqual([]);
  expect(documentProblems(plain(second).replace('ExecuteBash', 'ExecuteBsh'))).not.toEqual([]);
});

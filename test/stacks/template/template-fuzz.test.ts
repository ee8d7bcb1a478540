import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { FleetConfigError, FleetTemplate } from '../../../lib';
import { useBuiltInKernels } from '../../support/built-in-kernels';
import { appOfFile, fleetFile } from '../../support/fleet-file';

useBuiltInKernels();

const SECRET = 'hf_0123456789abcdef';
const LINES = `policy: [policy.yaml]
environments:
  staging: { region: us-east-2 }
  production: { region: us-east-1, account: "123456789012" }
tags: { team: chat }
images:
  base:
    runtime: { container: { image: "ghcr.io/ggml-org/llama.cpp:server" } }
    lifecycle: [{ keepLast: { count: 3 } }]
inferenceFleets:
  chat:
    image:
      runtime:
        container:
          image: "ghcr.io/ggml-org/llama.cpp:server"
          environment: { TOKEN: ${SECRET} }
    capacity: { onDemand: { instanceTypes: [m9g.4xlarge], minInstances: 2 } }
    scaling: [{ scaleOnCpu: { targetUtilizationPercent: 60 } }]
    environments:
      staging:
      production: { capacity: { onDemand: { maxInstances: 20 } } }
  small: { image: base, capacity: { onDemand: { instanceTypes: [m9g.large] } } }
fleetCells:
  cells:
    image: base
    capacity: { onDemand: { instanceTypes: [m9g.large] } }
    cells: { count: 2, hostedZone: { id: Z0123456789ABCDEFGHIJ, name: example.com } }
rayClusters:
  ray:
    image: { runtime: { none: {} }, components: [{ ray: {} }] }
    capacity: { spotFirst: { instanceTypes: [m9g.4xlarge], maxInstances: 4 } }
batchFleets:
  batch:
    image: { runtime: { none: {} }, components: [{ ecsAgent: }] }
    capacity: { spotFirst: { instanceTypes: [m9g.4xlarge], maxInstances: 4 } }
    updateTimeout: 1 hour
dashboards: { all: { fleets: [chat, small] } }
meters: { exact: { fleets: [chat, cells], interval: 10 minutes } }
budgets: { power: { powerBudget: { fleets: [chat, small], kilowatts: 20 } } }`.split('\n');

const POLICY = `allowedProcessors: [graviton4, graviton5]
maxInstances: 40
requiredTags: { team: {} }
defaults:
  tags: { owner: ${SECRET} }
locked: [network]`.split('\n');

const WORDS = [
  '[fleet.yaml]',
  '[policy.yaml, policy.yaml]',
  '[.]',
  '["../policy.yaml"]',
  'null',
  '[]',
  '{}',
  '-1',
  '1e400',
  '"x"',
  'true',
  '*a',
  '&a [*a]',
  '!!int x',
  '? ',
  '- ',
  '<<: *b',
  '__proto__',
];

type Edit = (lines: string[]) => string[];

/** Any slip in a file of so many lines. */
function editOf(count: number): fc.Arbitrary<Edit> {
  const at = fc.nat(count - 1);
  const onLine = (line: number, change: (text: string) => string): Edit => {
    return (lines) => lines.map((text, index) => (index === line ? change(text) : text));
  };
  const value = /: (?!.*: ).*?(?=[\s,}]*$)/;
  return fc.oneof(
    at.map(
      (line): Edit =>
        (lines) =>
          lines.filter((_, index) => index !== line),
    ),
    at.map((line): Edit => (lines) => [...lines.slice(0, line + 1), ...lines.slice(line)]),
    fc
      .tuple(at, fc.constantFrom(...WORDS))
      .map(([line, word]) => onLine(line, (text) => text.replace(value, `: ${word}`))),
    fc
      .tuple(at, fc.nat(60), fc.string({ unit: 'binary', maxLength: 4 }))
      .map(([line, column, added]) => onLine(line, (text) => text.slice(0, column) + added + text.slice(column))),
    fc.tuple(at, fc.constantFrom('  ', '\t', ' ')).map(([line, indent]) => onLine(line, (text) => indent + text)),
  );
}

/** Nothing but a template or the one error of this library may come of a file, and no secret of it. */
function readAndMake(text: string, policy: string, isSynthesized: boolean): string {
  try {
    const template = FleetTemplate.fromFile(fleetFile({ 'fleet.yaml': text, 'policy.yaml': policy }));
    const app = appOfFile();
    template.addTo(app);
    if (isSynthesized) {
      expect(app.synth().stacks.length).toBeGreaterThan(0);
    }
    return '';
  } catch (error) {
    expect(error, (error as Error).stack).toBeInstanceOf(FleetConfigError);
    return (error as Error).message;
  }
}

test('the files that are mutated are right by themselves', () => {
  expect(readAndMake(LINES.join('\n'), POLICY.join('\n'), true)).toBe('');
}, 60_000);

test.each([
  ['fleet.yaml', LINES.length, 50],
  ['policy.yaml', POLICY.length, 25],
] as const)(
  'whatever becomes of a %s, the outcome is a template or problems with places, without its secret',
  (file, count, numRuns) => {
    const edits = fc.array(editOf(count), { minLength: 1, maxLength: 3 });
    fc.assert(
      // Making shows most, and synthesis takes seconds.
      fc.property(edits, fc.nat(7), (changes, turn) => {
        const changed = (name: string, lines: string[]) =>
          (name === file ? changes.reduce((text, change) => change(text), lines) : lines).join('\n');
        const message = readAndMake(changed('fleet.yaml', LINES), changed('policy.yaml', POLICY), turn === 0);
        expect(message).not.toContain(SECRET);
        expect(message.split('\n').every((line) => line === '' || /^\S+:\d+:\d+ /.test(line))).toBe(true);
      }),
      { numRuns },
    );
  },
  240_000,
);

import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { FleetConfigError, FleetTemplate } from '../../../lib';
import { useBuiltInKernels } from '../../support/built-in-kernels';
import { appOfFile, fleetFile } from '../../support/fleet-file';

useBuiltInKernels();

const SECRET = 'hf_0123456789abcdef';
const LINES = `environments:
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
dashboards: { all: { fleets: [chat, small] } }
budgets: { power: { powerBudget: { fleets: [chat, small], kilowatts: 20 } } }`.split('\n');

const WORDS = [
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

const edit: fc.Arbitrary<Edit> = fc.oneof(
  fc.nat(LINES.length - 1).map(
    (at): Edit =>
      (lines) =>
        lines.filter((_, index) => index !== at),
  ),
  fc
    .nat(LINES.length - 1)
    .map((at): Edit => (lines) => [...lines.slice(0, at), ...lines.slice(at, at + 1), ...lines.slice(at)]),
  fc.tuple(fc.nat(LINES.length - 1), fc.constantFrom(...WORDS)).map(
    ([at, word]): Edit =>
      (lines) =>
        lines.map((line, index) => (index === at ? line.replace(/: (?!.*: ).*?(?=[\s,}]*$)/, `: ${word}`) : line)),
  ),
  fc.tuple(fc.nat(LINES.length - 1), fc.nat(60), fc.string({ unit: 'binary', maxLength: 4 })).map(
    ([at, column, text]): Edit =>
      (lines) =>
        lines.map((line, index) => (index === at ? line.slice(0, column) + text + line.slice(column) : line)),
  ),
  fc.tuple(fc.nat(LINES.length - 1), fc.constantFrom('  ', '\t', ' ')).map(
    ([at, indent]): Edit =>
      (lines) =>
        lines.map((line, index) => (index === at ? indent + line : line)),
  ),
);

/** Nothing but a template or the one error of this library may come of a file, and no secret of it. */
function readAndMake(text: string): string {
  try {
    const template = FleetTemplate.fromFile(fleetFile({ 'fleet.yaml': text }));
    const app = appOfFile();
    template.addTo(app);
    return '';
  } catch (error) {
    expect(error, (error as Error).stack).toBeInstanceOf(FleetConfigError);
    return (error as Error).message;
  }
}

test('the file that is mutated is right by itself', () => {
  expect(readAndMake(LINES.join('\n'))).toBe('');
});

test('whatever becomes of a file, the outcome is a template or problems with places, without its secret', () => {
  fc.assert(
    fc.property(fc.array(edit, { minLength: 1, maxLength: 3 }), (edits) => {
      const message = readAndMake(edits.reduce((lines, change) => change(lines), LINES).join('\n'));
      expect(message).not.toContain(SECRET);
      expect(message.split('\n').every((line) => line === '' || /fleet\.yaml:\d+:\d+ /.test(line))).toBe(true);
    }),
    { numRuns: 60 },
  );
}, 240_000);

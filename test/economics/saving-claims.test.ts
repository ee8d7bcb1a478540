import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { describe, expect, test } from 'vitest';
import { planAssembly } from '../../lib/cli/plan/build-report';
import { formatPlan } from '../../lib/cli/plan/format/format-plan';
import { EXAMPLES, loadExample } from '../support/example-app';
import { claimsSaving, sentencesOf } from '../support/saving-claims';

/*
 * The sign of "Graviton saves energy" changes with the public model, and what somebody pays is not known here. So no
 * sentence may say that something needs less power or money, and by how much.
 */

const ROOT = path.join(__dirname, '../..');

function claimsIn(text: string): string[] {
  return sentencesOf(text).filter(claimsSaving);
}

describe('a claim', () => {
  test.each([
    'Graviton5 uses up to 60 % less energy than comparable instances.',
    'It needs 25% lower power.',
    'Your electricity bill is cut by 30 percent.',
    'Spot instances are 3x cheaper.',
    'The kernels save energy.',
    'Halves the cost of inference.',
    'An energy-efficient fleet',
    'A greener choice',
    '/**\n * Reduces the carbon footprint\n * by 40 %.\n */',
    '| why | 20 % lower cost per token |',
  ])('is found: %s', (text) => {
    expect(claimsIn(text)).toHaveLength(1);
  });

  test.each([
    'No percentage of energy saved is derived from public power tables.',
    'A list price is not the bill: with discounts you pay less.',
    'Least power comes first. Half of the CPU is idle.',
    'Power at 50 % of the CPU.',
    'Fewer instructions per MAC are better.',
    'USD per hour, times PUE 1.15.',
    'Costs 0.30 USD per month.',
  ])('is not seen where there is none: %s', (text) => {
    expect(claimsIn(text)).toEqual([]);
  });
});

describe('nothing claims a saving that no model can carry', () => {
  const files = execFileSync('git', ['ls-files', '*.md', 'lib/**/*.ts', 'examples/**'], { cwd: ROOT, encoding: 'utf8' })
    .split('\n')
    .filter((file) => file !== '' && fs.existsSync(path.join(ROOT, file)));

  test('in documentation, comments and messages', () => {
    expect(files).toEqual(expect.arrayContaining(['README.md', 'API.md', 'lib/catalog/power/power-model.ts']));
    const found = files.flatMap((file) =>
      claimsIn(fs.readFileSync(path.join(ROOT, file), 'utf8')).map((sentence) => `${file}: ${sentence}`),
    );
    expect(found).toEqual([]);
  });

  test.each(EXAMPLES)('in what %s deploys and what its plan prints', async (name) => {
    const app = await loadExample(name, { account: '123456789012', region: 'us-east-1' });
    const { directory, stacks } = app.synth();
    const texts = [...stacks.flatMap(({ template }) => stringsOf(template)), formatPlan(planAssembly(directory))];
    expect(texts.join('\n')).toMatch(/list price/);
    expect(texts.flatMap(claimsIn)).toEqual([]);
  });
});

/** Every text in a template, with line breaks and quotes as CloudWatch reads them in a dashboard's body. */
function stringsOf(value: unknown): string[] {
  if (typeof value === 'string') {
    return [value.replaceAll('\\n', '\n').replaceAll('\\"', '"')];
  }
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(stringsOf) : [];
}

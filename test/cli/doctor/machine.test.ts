import * as fs from 'node:fs';
import * as path from 'node:path';
import { describe, expect, test } from 'vitest';
import { Check } from '../../../lib/cli/doctor/check';
import { checkCdkJson } from '../../../lib/cli/doctor/machine/check-cdk-json';
import { checkMachine, checkNode, judgeCli } from '../../../lib/cli/doctor/machine/check-machine';
import { isInRange, isOlder } from '../../../lib/cli/doctor/machine/version';
import { useScratchDirectory } from '../../support/scratch-directory';

const ROOT = path.join(__dirname, '..', '..', '..');
const scratch = useScratchDirectory();

describe('the machine', () => {
  test('of this repository has all that fleets are built with', () => {
    const checks = checkMachine(ROOT).filter(({ id }) => id !== 'machine.cdkJson' && id !== 'machine.git');
    expect(checks.map(({ id, state }) => [id, state])).toEqual([
      ['machine.node', 'ok'],
      ['machine.cdkCli', 'ok'],
      ['machine.aws-cdk-lib', 'ok'],
      ['machine.constructs', 'ok'],
      ['machine.kernels', 'ok'],
    ]);
    expect(checks.at(-1)?.found).toMatch(/digest sha256:[0-9a-f]{64}|digest [0-9a-f]{64}/);
  });

  test('without a project misses each package, with the command that installs it', () => {
    // At the root of the disk: no folder above has packages that Node.js would find.
    const checks = checkMachine('/nowhere');
    expect(byId(checks, 'machine.aws-cdk-lib')).toMatchObject({
      state: 'problem',
      fix: 'npm install aws-cdk-lib@"^2.264.0"',
    });
    expect(byId(checks, 'machine.git')).toMatchObject({ state: 'warning' });
  });

  test('names an aws-cdk-lib that is older than the peer range', () => {
    const directory = project({ 'node_modules/aws-cdk-lib/package.json': '{"version":"2.200.1"}' });
    expect(byId(checkMachine(directory), 'machine.aws-cdk-lib')).toMatchObject({
      state: 'problem',
      found: 'aws-cdk-lib 2.200.1, allowed ^2.264.0',
    });
  });

  test('names the CLI that was published by accident, in the project as well', () => {
    const directory = project({ 'node_modules/aws-cdk/package.json': '{"version":"3.0.0"}' });
    expect(byId(checkMachine(directory), 'machine.cdkCli')).toMatchObject({
      state: 'problem',
      found: expect.stringContaining('published by accident') as string,
      fix: expect.stringContaining('aws-cdk@2.1148.1') as string,
    });
  });

  test.each([
    ['2.1148.1', 'ok'],
    ['2.1200.0', 'ok'],
    ['2.1000.0', 'warning'],
    ['3.0.0', 'problem'],
  ])('judges the CLI %s as %s', (version, state) => expect(judgeCli(version).state).toBe(state));

  test.each([
    ['20.0.0', 'ok'],
    ['26.1.0', 'ok'],
    ['18.20.8', 'problem'],
  ])('judges Node.js %s as %s', (version, state) => expect(checkNode(version).state).toBe(state));
});

describe('cdk.json', () => {
  test.each([
    ['none', {}, 'skipped'],
    ['text that is not JSON', { 'cdk.json': '{' }, 'problem'],
    ['no app', { 'cdk.json': '{"output":"cdk.out"}' }, 'problem'],
    ['an app whose file is missing', { 'cdk.json': '{"app":"npx --no -- graviton-fleet app fleet.yaml"}' }, 'problem'],
    [
      'an app whose file is there',
      { 'cdk.json': '{"app":"npx --no -- graviton-fleet app fleet.yaml"}', 'fleet.yaml': '' },
      'ok',
    ],
    ['an app of its own kind', { 'cdk.json': '{"app":"./run-it"}' }, 'ok'],
  ])('with %s', (_, files, state) => expect(checkCdkJson(project(files)).state).toBe(state));

  test('names the missing file', () => {
    const { found } = checkCdkJson(project({ 'cdk.json': '{"app":"npx tsx src/app.ts"}' }));
    expect(found).toContain('src/app.ts');
  });
});

describe('versions', () => {
  test.each([
    ['2.264.0', '^2.264.0', true],
    ['2.263.9', '^2.264.0', false],
    ['3.0.0', '^2.264.0', false],
    ['10.8.1', '^10.5.1', true],
    ['10.5.0', '^10.5.1', false],
    ['21.0.0', '>=20.0.0', true],
    ['none', '>=20.0.0', false],
  ])('%s in %s: %s', (version, range, expected) => expect(isInRange(version, range)).toBe(expected));

  test('are compared as numbers', () => {
    expect([isOlder('2.9.0', '2.10.0'), isOlder('2.10.0', '2.9.0'), isOlder('2.9.0', '2.9.0')]).toEqual([
      true,
      false,
      false,
    ]);
  });
});

/** A project outside this repository, whose packages it would find otherwise. */
function project(files: Readonly<Record<string, string>>): string {
  const directory = scratch();
  for (const [name, text] of Object.entries({ 'package.json': '{}', ...files })) {
    const file = path.join(directory, name);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, text);
  }
  return directory;
}

function byId(checks: readonly Check[], id: string): Check | undefined {
  return checks.find((check) => check.id === id);
}

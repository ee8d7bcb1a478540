import { execFileSync, spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { AssemblyChange } from '../../../lib/cli/diff/model/assembly-change';
import { COMMAND, useBuiltCommand } from '../../support/built-command';
import { useBuiltInKernels } from '../../support/built-in-kernels';
import { useScratchDirectory } from '../../support/scratch-directory';

const PACKAGE = path.join(__dirname, '../../..');

const scratch = useScratchDirectory();
useBuiltInKernels();
useBuiltCommand();
let repository: string;
let project: string;
/** As `init` wrote it. */
let template: string;

function git(...parameters: string[]): string {
  const identity = ['-c', 'user.name=test', '-c', 'user.email=test@example.com', '-c', 'commit.gpgsign=false'];
  return execFileSync('git', [...identity, ...parameters], { cwd: repository, encoding: 'utf8' }).trim();
}

function commit(message: string): void {
  git('add', '.');
  git('commit', '--quiet', '--message', message);
  git('tag', message);
}

function write(text: string): void {
  fs.writeFileSync(path.join(project, 'fleet.yaml'), text);
}

function diff(parameters: readonly string[], cwd = project) {
  return spawnSync(process.execPath, [COMMAND, 'diff', ...parameters], { cwd, encoding: 'utf8' });
}

function changeOf(parameters: readonly string[], cwd?: string): AssemblyChange {
  const { stdout, stderr, status } = diff([...parameters, '--json'], cwd);
  // npx, which cdk.json runs, may have something to say about the machine's own settings.
  const said = stderr.split('\n').filter((line) => line !== '' && !line.startsWith('npm warn'));
  expect({ said, status }).toEqual({ said: [], status: 0 });
  return JSON.parse(stdout) as AssemblyChange;
}

const withMost = (count: number) => template.replace(/maxInstances: \d+/, `maxInstances: ${count}`);

beforeAll(() => {
  repository = path.join(scratch(), 'the fleets of all');
  project = path.join(repository, 'chat & search');
  fs.mkdirSync(repository, { recursive: true });
  git('init', '--quiet', '--initial-branch', 'main');
  fs.writeFileSync(path.join(repository, 'README.md'), '');
  commit('before-the-project');
  execFileSync(process.execPath, [COMMAND, 'init', '--yes', '--no-install', '--directory', project], { stdio: 'pipe' });
  template = fs.readFileSync(path.join(project, 'fleet.yaml'), 'utf8');
  write('inferenceFleets: { chat: { capacity: 5 } }\n');
  commit('wrong');
  write(template);
  commit('as-init-wrote-it');
  const modules = path.join(project, 'node_modules');
  fs.mkdirSync(path.join(modules, '.bin'), { recursive: true });
  for (const peer of ['aws-cdk-lib', 'constructs']) {
    fs.symlinkSync(path.join(PACKAGE, 'node_modules', peer), path.join(modules, peer));
  }
  fs.symlinkSync(PACKAGE, path.join(modules, 'cdk-graviton-fleet'));
  fs.symlinkSync(COMMAND, path.join(modules, '.bin', 'graviton-fleet'));
});

describe('graviton-fleet diff --base in a project of init, whose path has spaces', () => {
  const AS_INIT = ['--base', 'as-init-wrote-it'];

  test.each([
    ['what cdk.json runs', []],
    ['the file that is named', ['fleet.yaml']],
  ])('compares %s', (_, file) => {
    write(withMost(8));
    const { fleets, stacks } = changeOf([...AS_INIT, ...file]);
    expect(fleets).toMatchObject([{ fleet: 'chat-production/Fleet', kind: 'changed' }]);
    expect(stacks.map(({ stack, kind }) => [stack, kind])).toEqual([['chat-production', 'changed']]);
    expect(git('worktree', 'list').split('\n')).toHaveLength(1);
  });

  test('takes a full path for the same file, from anywhere in the repository', () => {
    write(withMost(8));
    const { fleets, notes } = changeOf([...AS_INIT, path.join(project, 'fleet.yaml')], repository);
    expect(fleets.map(({ kind }) => kind)).toEqual(['changed']);
    expect(notes).toEqual([expect.stringMatching(/^Compared with as-init-wrote-it \(/)]);
  });

  test('reads policies and bundles of the side that it synthesizes', () => {
    const policy = path.join(repository, 'policy', 'limits.yaml');
    const withBundle = (directory: string) =>
      `policy: [../policy/limits.yaml]\n${template.replace('    image:\n', `    image:\n      kernels: [{ fromDirectory: { directory: ${directory} } }]\n`)}`;
    fs.mkdirSync(path.dirname(policy));
    fs.writeFileSync(policy, 'defaults: { tags: { owner: base } }\n');
    fs.cpSync(path.join(PACKAGE, 'kernels/build/bundle'), path.join(project, 'old'), { recursive: true });
    write(withBundle('old'));
    commit('with-policy-and-bundle');
    fs.renameSync(path.join(project, 'old'), path.join(project, 'new'));
    fs.writeFileSync(policy, 'defaults: { tags: { owner: head } }\n');
    write(withBundle('new'));
    const [stack] = changeOf(['--base', 'with-policy-and-bundle', 'fleet.yaml']).stacks;
    const tagged = stack.resources.filter(({ properties }) => properties.includes('Tags'));
    expect(tagged.map(({ type }) => type)).toContain('AWS::EC2::VPC');
    fs.rmSync(path.join(project, 'new'), { recursive: true });
    fs.rmSync(path.dirname(policy), { recursive: true });
  });

  test('shows everything as new where the base has no such file', () => {
    write(template);
    const { fleets, notes } = changeOf(['--base', 'before-the-project', 'fleet.yaml']);
    expect(fleets.map(({ kind }) => kind)).toEqual(['added']);
    expect(notes).toEqual([expect.stringMatching(/^before-the-project \(.*\) has no such app: everything is new/)]);
  });

  test('compares with nothing where the file of the base is wrong, so that it can be mended, and says so', () => {
    write(template);
    const { stdout, stderr, status } = diff(['--base', 'wrong', 'fleet.yaml', '--json']);
    expect(stderr).toContain('inferenceFleets.chat.capacity');
    expect(status).toBe(0);
    const { fleets, notes } = JSON.parse(stdout) as AssemblyChange;
    expect(fleets.map(({ kind }) => kind)).toEqual(['added']);
    expect(notes[0]).toMatch(/^wrong \(.*\) is wrong input for the app, .* everything is new/);
  });

  test('ends with 2 where the file of the working tree is wrong', () => {
    write('inferenceFleets: { chat: { capacity: 5 } }\n');
    const { stdout, stderr, status } = diff([...AS_INIT, 'fleet.yaml']);
    expect([status, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/fleet\.yaml:1:.*\n?[\s\S]*working tree: the app ended with 2/);
  });

  test('refuses a file outside of the repository, which no commit has', () => {
    const outside = path.join(scratch(), 'fleet.yaml');
    fs.mkdirSync(path.dirname(outside), { recursive: true });
    fs.writeFileSync(outside, template);
    const { stdout, stderr, status } = diff([...AS_INIT, outside]);
    expect([status, stdout]).toEqual([2, '']);
    expect(stderr).toContain('which is outside of the repository');
  });
});

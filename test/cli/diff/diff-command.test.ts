import { execFileSync, spawn, spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, describe, expect, test } from 'vitest';
import { COMMAND, useBuiltCommand } from '../../support/built-command';
import { useScratchDirectory } from '../../support/scratch-directory';

const NODE_MODULES = path.join(__dirname, '../../../node_modules');

/** An app whose queues, and the environment variables of whose function, stand in a file. */
const APP = `
const { App, Stack } = require('aws-cdk-lib');
const sqs = require('aws-cdk-lib/aws-sqs');
const { CfnFunction } = require('aws-cdk-lib/aws-lambda');
const { fifo, password, sleepSeconds } = require('./words.json');
if (sleepSeconds) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, sleepSeconds * 1000);
const stack = new Stack(new App(), 'Jobs');
new sqs.Queue(stack, 'Queue', { fifo });
if (stack.node.tryGetContext('long')) new sqs.Queue(stack, 'Long');
new CfnFunction(stack, 'Worker', { code: { zipFile: 'x' }, role: 'arn:aws:iam::123456789012:role/worker',
  environment: { variables: { PASSWORD: password } } });
`;

const scratch = useScratchDirectory();
useBuiltCommand();
let repository: string;

function git(...parameters: string[]): string {
  const identity = ['-c', 'user.name=test', '-c', 'user.email=test@example.com', '-c', 'commit.gpgsign=false'];
  return execFileSync('git', [...identity, ...parameters], { cwd: repository, encoding: 'utf8' }).trim();
}

function write(name: string, content: string | object): void {
  const text = typeof content === 'string' ? content : JSON.stringify(content);
  fs.writeFileSync(path.join(repository, 'infra', name), text);
}

function diff(...parameters: string[]) {
  return spawnSync(process.execPath, [COMMAND, 'diff', ...parameters], {
    cwd: path.join(repository, 'infra'),
    encoding: 'utf8',
  });
}

/** What git and the file system know of the user's work. */
function userState(): string[] {
  return [git('status', '--porcelain'), git('branch', '--all'), git('worktree', 'list'), git('stash', 'list')];
}

beforeAll(() => {
  repository = scratch();
  fs.mkdirSync(path.join(repository, 'infra'), { recursive: true });
  git('init', '--quiet', '--initial-branch', 'main');
  fs.writeFileSync(path.join(repository, '.gitignore'), 'node_modules\n');
  git('add', '.');
  git('commit', '--quiet', '--message', 'empty');
  git('tag', 'empty');
  write('app.js', APP);
  write('cdk.json', { app: 'node app.js' });
  write('words.json', { password: 'old-secret' });
  git('add', '.');
  git('commit', '--quiet', '--message', 'app');
  fs.symlinkSync(NODE_MODULES, path.join(repository, 'node_modules'));
});

describe('graviton-fleet diff --base', () => {
  test('compares the files as they lie there with a commit, and leaves everything as it was', () => {
    write('words.json', { fifo: true, password: 'new-secret' });
    write('untracked.txt', 'mine');
    git('add', 'infra/untracked.txt');
    const before = userState();
    const { stdout, stderr, status } = diff('--base', 'main');
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout).toContain('Jobs: Jobs/Queue (AWS::SQS::Queue, stateful): replaced because of FifoQueue; it loses');
    expect(stdout).toContain('Jobs: Jobs/Worker (AWS::Lambda::Function) updated: Environment changed');
    expect(stdout).toMatch(/Note: Compared with main \([0-9a-f]{12}\)\./);
    expect(userState()).toEqual(before);
    expect(fs.existsSync(path.join(repository, 'infra', 'cdk.out'))).toBe(false);
  });

  test('prints no value that could be a secret, in any format', () => {
    write('words.json', { fifo: true, password: 'new-secret' });
    for (const format of ['text', 'json', 'markdown']) {
      const { stdout } = diff('--base', 'main', '--format', format);
      expect(stdout).toContain('Environment');
      expect(stdout).not.toMatch(/(old|new)-secret/);
    }
  });

  test('prints JSON for programs', () => {
    write('words.json', { fifo: true, password: 'old-secret' });
    const report = JSON.parse(diff('--base', 'main', '--json').stdout) as Record<string, unknown>;
    expect(report).toMatchObject({ isEmpty: false, stacks: [{ stack: 'Jobs', losses: [{ impact: 'replaced' }] }] });
  });

  test('hands over a context that is too long for a variable, and says where packages differ', () => {
    write('words.json', { password: 'old-secret' });
    write('cdk.context.json', { long: 'x'.repeat(200_000) });
    write('package-lock.json', {});
    const { stdout, status } = diff('--base', 'main');
    ['cdk.context.json', 'package-lock.json'].forEach((name) => fs.rmSync(path.join(repository, 'infra', name)));
    expect(status).toBe(0);
    expect(stdout).toContain('Jobs/Long (AWS::SQS::Queue) created');
    expect(stdout).toContain('Note: package-lock.json differs, and both sides were made with the packages of');
  });

  test('says that nothing changes', () => {
    write('words.json', { password: 'old-secret' });
    const { stdout, status } = diff('--base', 'HEAD', '--fail-on', 'replacement,iam,network,cost:+0%');
    expect([stdout.split('\n')[0], status]).toEqual(['Nothing changes.', 0]);
  });

  test('shows everything as new where the commit has no app yet', () => {
    const { stdout, status } = diff('--base', 'empty');
    expect(status).toBe(0);
    expect(stdout).toContain('has no such app: everything is new');
    expect(stdout).toContain('Jobs in unknown-account/unknown-region is added');
  });

  test('ends with 1 when a gate is closed, after the report', () => {
    write('words.json', { fifo: true, password: 'old-secret' });
    const { stdout, stderr, status } = diff('--base', 'main', '--fail-on', 'replacement,network');
    expect(status).toBe(1);
    expect(stdout).toContain(
      'Gate replacement: closed\n  Jobs/Queue (AWS::SQS::Queue) is replaced\nGate network: open',
    );
    expect(stderr).toContain('--fail-on: got a change that replacement does not let through');
  });

  test('works from a hook of git, whose variables point at the index of the user', () => {
    write('words.json', { fifo: true, password: 'old-secret' });
    const before = userState();
    const index = fs.readFileSync(path.join(repository, '.git', 'index'));
    const { status } = spawnSync(process.execPath, [COMMAND, 'diff', '--base', 'main'], {
      cwd: path.join(repository, 'infra'),
      env: {
        ...process.env,
        GIT_DIR: path.join(repository, '.git'),
        GIT_INDEX_FILE: path.join(repository, '.git', 'index'),
      },
    });
    expect(status).toBe(0);
    expect(userState()).toEqual(before);
    expect(fs.readFileSync(path.join(repository, '.git', 'index')).equals(index)).toBe(true);
  });

  test.each(['SIGINT', 'SIGTERM'] as const)('takes its checkout away when %s ends it', async (signal) => {
    write('words.json', { password: 'old-secret' });
    git('commit', '--quiet', '--allow-empty', '--message', 'slow');
    write('words.json', { sleepSeconds: 60 });
    const temporary = scratch();
    fs.mkdirSync(temporary);
    const child = spawn(process.execPath, [COMMAND, 'diff', '--base', 'main'], {
      cwd: path.join(repository, 'infra'),
      env: { ...process.env, TMPDIR: temporary },
      stdio: 'ignore',
    });
    const ended = new Promise((resolve) => child.on('exit', (_, by) => resolve(by)));
    const isSynthesizing = () =>
      fs.readdirSync(temporary).some((name) => fs.existsSync(path.join(temporary, name, 'base.out', 'manifest.json')));
    for (let tries = 0; !isSynthesizing() && tries < 200; tries += 1) {
      await sleep(100);
    }
    expect(git('worktree', 'list').split('\n')).toHaveLength(2);
    child.kill(signal);
    expect(await ended).toBe(signal);
    expect(fs.readdirSync(temporary).filter((name) => name.startsWith('graviton-fleet-diff-'))).toEqual([]);
    expect(git('worktree', 'list').split('\n')).toHaveLength(1);
    write('words.json', { password: 'old-secret' });
  });
});

describe('wrong input', () => {
  test.each([
    [['--base', 'no-such-branch'], /--base: got "no-such-branch", allowed a branch, tag or commit/],
    [['--base', '--upload-pack=touch /tmp/x'], /--base: got "--upload-pack/],
    [[], /got both or none of --base and --base-assembly/],
    [['--base', 'main', '--base-assembly', '.'], /got both or none/],
    [['--base-assembly', 'nowhere', '--assembly', 'nowhere'], /nowhere: got a directory that does not exist/],
    [['--base', 'main', 'other.yaml'], /got no other\.yaml/],
    [['--base', 'main', '--format', 'html'], /--format: got "html", allowed text, json, markdown/],
    [['--base', 'main', '--fail-on', 'everything'], /--fail-on: got "everything"/],
  ])('%j ends with 2', (parameters, message) => {
    const { status, stderr, stdout } = diff(...parameters);
    expect(stderr).toMatch(message);
    expect([status, stdout, stderr.includes('    at ')]).toEqual([2, '', false]);
  });

  test('outside of a repository ends with 2', () => {
    const directory = scratch();
    fs.mkdirSync(directory);
    fs.copyFileSync(path.join(repository, 'infra', 'cdk.json'), path.join(directory, 'cdk.json'));
    const { status, stderr } = spawnSync(process.execPath, [COMMAND, 'diff', '--base', 'main'], {
      cwd: directory,
      encoding: 'utf8',
      env: { ...process.env, GIT_CEILING_DIRECTORIES: path.dirname(directory) },
    });
    expect([status, /is in no git repository/.test(stderr)]).toEqual([2, true]);
  });

  test('an app that fails ends with 1, and says on which side', () => {
    write('words.json', '{');
    const { status, stderr } = diff('--base', 'main');
    write('words.json', { password: 'old-secret' });
    expect(status).toBe(1);
    expect(stderr).toContain('graviton-fleet: working tree: the app ended with 1');
  });
});

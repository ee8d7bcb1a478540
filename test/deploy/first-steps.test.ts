import * as fs from 'node:fs';
import * as path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { PROJECT_ROOT } from '../../scripts/local-aws/cache-directory';
import { CdkCli } from '../../scripts/local-aws/cdk-cli';
import { LocalAws } from '../../scripts/local-aws/local-aws';
import { runCommand } from '../../scripts/local-aws/run-command';

/* What a new user does: four commands in an empty directory, with the packed package, and no edit. */

let localAws: LocalAws;
let project: string;
let tarball: string;

beforeAll(async () => {
  localAws = await LocalAws.start();
  project = path.join(localAws.directory, 'first-steps');
  fs.mkdirSync(project);
  await run(PROJECT_ROOT, 'npm', 'pack', '--silent', '--pack-destination', localAws.directory);
  tarball = path.join(
    localAws.directory,
    fs.readdirSync(localAws.directory).find((name) => name.endsWith('.tgz'))!,
  );
}, 300_000);

afterAll(() => localAws?.stop());

test('init writes a project and installs it', async () => {
  const command = path.join(PROJECT_ROOT, 'bin', 'graviton-fleet.js');
  const output = await run(project, process.execPath, command, 'init', '--yes', '--package', tarball);
  expect(output).toContain('npx graviton-fleet plan');
  expect(fs.existsSync(path.join(project, 'node_modules', '.bin', 'cdk'))).toBe(true);
}, 300_000);

test('plan says what it makes and costs', async () => {
  const output = await run(project, 'npx', '--no-install', 'graviton-fleet', 'plan');
  expect(output).toContain('chat-production/Fleet: 2 instances of m9g.4xlarge in us-east-1');
  expect(output).toMatch(/list price +1\.57 USD per hour, 1143 USD per month/);
  expect(output).toContain('graviton-kernels: runs neon_dotprod, neon_i8mm_bf16, scalar');
}, 120_000);

test('synth passes strict validation', async () => {
  await run(project, 'npx', '--no-install', 'cdk', 'synth', '--quiet');
  expect(fs.readdirSync(path.join(project, 'cdk.out'))).toContain('chat-production.template.json');
}, 120_000);

test('deploy makes the stack in the local AWS', async () => {
  const cdk = new CdkCli({ localAws, workingDirectory: project });
  await cdk.bootstrap();
  await cdk.deploy('chat-production');
  expect((await localAws.stack('chat-production')).status).toBe('CREATE_COMPLETE');
}, 300_000);

async function run(workingDirectory: string, command: string, ...args: string[]): Promise<string> {
  const { exitCode, output } = await runCommand(command, args, {
    environment: process.env,
    workingDirectory,
    timeout: 300_000,
  });
  if (exitCode !== 0) {
    throw new Error(`${[command, ...args].join(' ')} ended with exit code ${exitCode}:\n${output}`);
  }
  return output;
}

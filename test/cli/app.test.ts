import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { expect, test } from 'vitest';
import { COMMAND, useBuiltCommand } from '../support/built-command';
import { useBuiltInKernels } from '../support/built-in-kernels';
import { fleetFile } from '../support/fleet-file';

useBuiltInKernels();
useBuiltCommand();

const RUNTIME = '{ runtime: { container: { image: "ghcr.io/ggml-org/llama.cpp:server" } } }';
const FILE = `inferenceFleets: { chat: { image: ${RUNTIME}, capacity: { onDemand: { instanceTypes: [m9g.large] } } } }`;

function run(text: string, ...options: string[]) {
  const file = fleetFile({ 'fleet.yaml': text });
  const outdir = path.join(path.dirname(file), 'assembly');
  const env = { ...process.env, CDK_OUTDIR: outdir, CDK_DEFAULT_REGION: 'us-east-1', CDK_VALIDATION: 'false' };
  const result = spawnSync(process.execPath, [COMMAND, 'app', file, ...options], { encoding: 'utf8', env });
  return { ...result, files: fs.existsSync(outdir) ? fs.readdirSync(outdir) : undefined };
}

test('the built command synthesizes a file into the directory that the CDK CLI names, with its assets', () => {
  const { status, stderr, files } = run(FILE);
  expect([status, stderr]).toEqual([0, '']);
  expect(files).toEqual(expect.arrayContaining(['manifest.json', 'chat.template.json']));
  expect(files!.filter((name) => name.startsWith('asset.')).length).toBeGreaterThan(0);
});

test.each([
  ['a file that cannot be read', FILE.replace('image:', 'imag:'), 'inferenceFleets.chat.imag'],
  ['a fleet that cannot be made', FILE.replace('m9g.large', 'm9g.huge'), 'instanceTypes: got m9g.huge'],
])('%s ends with 2 and problems by lines, and nothing is written', (_name, text, problem) => {
  const { status, stderr, stdout, files } = run(text, '--json');
  expect(status).toBe(2);
  expect(stderr).toContain('fleet.yaml:1:');
  expect(stderr).toContain(problem);
  expect(stderr).not.toContain('    at ');
  expect(JSON.parse(stdout)).toMatchObject({
    problems: [{ line: 1, what: expect.stringContaining('inferenceFleets') }],
  });
  expect(files).toBeUndefined();
});

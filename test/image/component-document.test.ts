import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import { Asset } from 'aws-cdk-lib/aws-s3-assets';
import { expect, test } from 'vitest';
import { InferenceRuntime, KernelBundle, ProcessPlacement } from '../../lib';
import { ComponentPhases, renderDocument } from '../../lib/image/private/component-document';
import { bootCheckPhases } from '../../lib/image/private/kernels/boot-check-component';
import { kernelComponentPhases } from '../../lib/image/private/kernels/kernel-component';
import { makeBundle, SELF_TEST, variantFile } from '../support/bundle-maker';
import { newStack } from '../support/fleet-app';
import { runOnInstance } from '../support/on-instance';
import { useScratchDirectory } from '../support/scratch-directory';

const scratch = useScratchDirectory();

function makeKernels(): { bundle: string; phases: ComponentPhases } {
  const bundle = makeBundle(scratch(), [SELF_TEST, variantFile('b', []), variantFile('B', []), variantFile('a_b', [])]);
  const asset = new Asset(newStack(), 'Asset', { path: bundle });
  return { bundle, phases: kernelComponentPhases(KernelBundle.fromDirectory(bundle), asset) };
}

function scripts({ build, validate = [], test: tests = [] }: ComponentPhases): string[] {
  const steps = [...build, ...validate, ...tests].filter(({ action }) => action === 'ExecuteBash');
  return steps.flatMap(({ inputs }) => (inputs as { commands: string[] }).commands);
}

function runtimes(): InferenceRuntime[] {
  return [ProcessPlacement.perCores(), ProcessPlacement.single()].flatMap((placement) => [
    InferenceRuntime.container({ image: 'a/b:c', placement }),
    InferenceRuntime.systemd({ command: ['/opt/llama/server'], user: 'llama', placement }),
  ]);
}

function bash(args: string[]): number | null {
  return spawnSync('bash', args).status;
}

test('a document has the schema version that AWSTOE knows, and only phases with steps', () => {
  const text = renderDocument('Nothing', { build: [], validate: [] });
  expect(text).toBe('{"name":"Nothing","schemaVersion":1.0,"phases":[]}');
  expect(JSON.parse(text)).toEqual({ name: 'Nothing', schemaVersion: 1, phases: [] });
});

test('every script is one that bash can parse', () => {
  const runtimePhases = runtimes().map(({ _phases }) => _phases);
  const all = [makeKernels().phases, bootCheckPhases(), ...runtimePhases].flatMap(scripts);
  expect(all.length).toBeGreaterThan(20);
  expect(all.filter((script) => bash(['-n', '-c', script]) !== 0)).toEqual([]);
});

test('a bundle is verified when it is installed, and again on an instance of the AMI, by the program of each boot', () => {
  const { bundle, phases } = makeKernels();
  const [install, verify] = scripts({ build: phases.build });
  const { digest } = KernelBundle.fromDirectory(bundle);
  expect(install).toContain(`echo ${digest} >/etc/graviton/kernels.d/made-up`);
  expect(verify).toBe('set -euo pipefail\n/opt/graviton/bin/verify-kernels made-up');
  expect(scripts({ build: phases.test! })[0]).toBe(verify);
});

test('a bundle is installed as the check of each boot expects it, and once more over a damaged one', () => {
  const { bundle, phases } = makeKernels();
  const root = scratch();
  const [install] = scripts({ build: phases.build }).map((script) =>
    script.replace(/\/(opt|etc)\/graviton|\/var\/tmp/g, `${root}$&`),
  );
  const installed = `${root}/opt/graviton/kernels/made-up`;
  const verify = () => runOnInstance('verify-kernels.py', ['--root', root, 'made-up']).status;
  fs.mkdirSync(`${root}/var/tmp`, { recursive: true });
  for (let time = 0; time < 2; time += 1) {
    const zip = ['-m', 'zipfile', '-c', `${root}/var/tmp/graviton-kernels.zip`, ...fs.readdirSync(bundle)];
    expect(spawnSync('python3', zip, { cwd: bundle }).status).toBe(0);
    expect(bash(['-c', install])).toBe(0);
    expect(verify()).toBe(0);
    expect(fs.statSync(`${installed}/bin/selftest`).mode & 0o777).toBe(0o755);
    fs.writeFileSync(`${installed}/lib/more.so`, '');
    expect(verify()).toBe(1);
  }
});

test('a runtime fits into a document of Image Builder with room for a command of the user', () => {
  const sizes = runtimes().map(({ _phases }) => renderDocument('Runtime', _phases).length);
  expect(Math.max(...sizes)).toBeLessThan(14_000);
});

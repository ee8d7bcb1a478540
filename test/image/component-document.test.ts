import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { Asset } from 'aws-cdk-lib/aws-s3-assets';
import { describe, expect, test } from 'vitest';
import { KernelBundle } from '../../lib';
import { ComponentPhases, renderDocument } from '../../lib/image/private/component-document';
import { containerPhases } from '../../lib/image/private/container-component';
import { KERNELS_DIRECTORY, kernelComponentPhases } from '../../lib/image/private/kernel-component';
import { makeBundle, SELF_TEST, variantFile } from '../support/bundle-maker';
import { newStack } from '../support/fleet-app';
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

function bash(args: string[]): number | null {
  return spawnSync('bash', args).status;
}

test('a document has the schema version that AWSTOE knows, and only phases with steps', () => {
  const text = renderDocument('Nothing', { build: [], validate: [] });
  expect(text).toBe('{"name":"Nothing","schemaVersion":1.0,"phases":[]}');
  expect(JSON.parse(text)).toEqual({ name: 'Nothing', schemaVersion: 1, phases: [] });
});

test('every script is one that bash can parse', () => {
  const all = [...scripts(makeKernels().phases), ...scripts(containerPhases({ image: 'a/b:c' }, 8080))];
  expect(all.length).toBeGreaterThan(6);
  expect(all.filter((script) => bash(['-n', '-c', script]) !== 0)).toEqual([]);
});

describe('the check of the digest on the instance', () => {
  function verify(change: (directory: string) => void): number | null {
    const { bundle, phases } = makeKernels();
    change(bundle);
    const check = phases.build.find(({ name }) => name === 'VerifyKernels')!.inputs as { commands: string[] };
    return bash(['-c', check.commands[0].replaceAll(`${KERNELS_DIRECTORY}/made-up`, bundle)]);
  }

  test('passes for the bundle', () => {
    expect(verify(() => undefined)).toBe(0);
  });

  test.each([
    ['changed', (bundle: string) => fs.appendFileSync(path.join(bundle, 'lib/b.so'), 'x')],
    ['missing', (bundle: string) => fs.rmSync(path.join(bundle, 'lib/b.so'))],
    ['added', (bundle: string) => fs.writeFileSync(path.join(bundle, 'lib/manifest.json'), 'x')],
  ])('fails when a file is %s', (_, change) => {
    expect(verify(change)).toBe(1);
  });
});

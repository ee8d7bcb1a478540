import * as fs from 'node:fs';
import * as path from 'node:path';
import { describe, expect, test } from 'vitest';
import { CpuFeature, FleetCapacity, GravitonProcessor, InferenceFleet, InstanceCatalog, KernelBundle } from '../../lib';
import { inspectBundle } from '../../lib/kernels/private/bundle-inspection';
import { newestGlibc } from '../../lib/kernels/private/glibc-version';
import { assemble } from '../kernels-native/assembler';
import { makeBundle, MadeFile, SELF_TEST, variantFile } from '../support/bundle-maker';
import { problemsOf } from '../support/config-error';
import { existingFleet, existingImage, inRegion, newStack } from '../support/fleet-app';
import { useScratchDirectory } from '../support/scratch-directory';

const scratch = useScratchDirectory();

const SMMLA = assemble(['.type tile, %function', 'tile:', 'nop', 'smmla v0.4s, v1.16b, v2.16b', 'ret'], 'i8mm');
const LSE = assemble(['.type grab, %function', 'grab:', 'ldadd x0, x1, [x2]', 'ret'], 'lse');
const SVE = assemble(['.type walk, %function', 'walk:', 'ptrue p0.s', 'ret'], 'sve');

function bundleOf(...files: MadeFile[]): string {
  return makeBundle(scratch(), [SELF_TEST, ...files]);
}

function problems(directory: string) {
  return problemsOf(() => KernelBundle.fromDirectory(directory));
}

function fleetOf(instanceTypes: string[], directory: string): InferenceFleet {
  const image = existingImage({ kernels: [KernelBundle.fromDirectory(directory)] });
  return existingFleet(newStack(inRegion('us-east-1')), { image, capacity: FleetCapacity.onDemand({ instanceTypes }) });
}

function notesOf(fleet: InferenceFleet): string[] {
  return fleet.node.metadata.filter(({ type }) => type === 'aws:cdk:info').map(({ data }) => data as string);
}

describe('code beyond what the manifest declares', () => {
  test('is refused with file, feature, symbol and address, and three ways out', () => {
    const [problem, ...others] = problems(bundleOf(variantFile('matmul', ['asimddp'], SMMLA)));
    expect(others).toEqual([]);
    expect(problem.what).toBe('lib/matmul.so');
    expect(problem.got).toBe('code that needs i8mm: SMMLA/USMMLA at tile+0x4 (address 0x4), 1 in all');
    expect(problem.allowed).toContain('the variant matmul requires (asimddp)');
    expect(problem.fix).toMatch(/compile it without i8mm.*add "i8mm" to requires of lib\/matmul\.so.*guards/);
  });

  test('passes when it is required, implied, or guarded by the code itself', () => {
    expect(() => KernelBundle.fromDirectory(bundleOf(variantFile('a', ['i8mm'], SMMLA)))).not.toThrow();
    expect(() => KernelBundle.fromDirectory(bundleOf(variantFile('a', ['sve2'], SVE)))).not.toThrow();
    const guarded = { ...variantFile('a', [], SVE), guards: ['sve'] } as MadeFile;
    const bundle = KernelBundle.fromDirectory(bundleOf(guarded));
    expect(bundle.variantsFor(GravitonProcessor.GRAVITON2)).toHaveLength(1);
  });

  test('in the self-test may be what Graviton2 has, and nothing more', () => {
    const withSelfTest = (content: Buffer) => makeBundle(scratch(), [{ ...SELF_TEST, content }, variantFile('a', [])]);
    expect(() => KernelBundle.fromDirectory(withSelfTest(LSE))).not.toThrow();
    const [problem] = problems(withSelfTest(SVE));
    expect(problem).toMatchObject({
      what: 'bin/selftest',
      allowed: expect.stringContaining('every Graviton') as string,
    });
    expect(problems(bundleOf(variantFile('a', [], LSE)))[0].got).toContain('atomics');
  });

  test('that the self-test requires keeps every variant from older processors', () => {
    const directory = makeBundle(scratch(), [{ ...SELF_TEST, content: SVE, requires: ['sve'] }, variantFile('a', [])]);
    const bundle = KernelBundle.fromDirectory(directory);
    expect(bundle).toMatchObject({ requiredFeatures: ['sve'], runsOnAnyArm64: false });
    expect(bundle.variantsFor(GravitonProcessor.GRAVITON2)).toEqual([]);
    expect(bundle.variantsFor(GravitonProcessor.GRAVITON3)).toHaveLength(1);
  });
});

describe('a bundle is refused', () => {
  test('with a feature that no HWCAP names', () => {
    const [problem] = problems(bundleOf(variantFile('a', ['dotprod'])));
    expect(problem.what).toBe('manifest.json files[1].requires[0]');
    const guarded = { ...variantFile('a', []), guards: ['neon2'] } as MadeFile;
    expect(problems(bundleOf(guarded))[0].what).toBe('manifest.json files[1].guards[0]');
  });

  test('with an object that is cut off', () => {
    const [problem] = problems(bundleOf(variantFile('a', [], SMMLA.subarray(0, SMMLA.length - 100))));
    expect(problem).toMatchObject({ what: 'lib/a.so', got: expect.stringContaining('outside of the file') as string });
  });

  test('with a version of glibc that is none', () => {
    const directory = bundleOf(variantFile('a', []));
    expect(problemsOf(() => KernelBundle.fromDirectory(directory, { glibcVersion: 'new' }))[0].what).toBe(
      'glibcVersion',
    );
  });

  test('whose dispatcher needs a newer glibc than its base image has', () => {
    const { directory } = KernelBundle.builtIn();
    const found = problemsOf(() => KernelBundle.fromDirectory(directory, { glibcVersion: '2.17' }));
    expect(found.map(({ what, got }) => [what, got])).toEqual([
      ['bin/graviton-kernels-selftest', 'symbols of glibc 2.34'],
      ['lib/libgraviton_kernels.so', 'symbols of glibc 2.34'],
    ]);
    expect(found[0].allowed).toBe('glibc 2.17 at most, which the base image has');
  });
});

test('versions of glibc are ordered by their numbers', () => {
  const needs = (...versions: string[]) => versions.map((version) => ({ library: 'libc.so.6', version }));
  expect(newestGlibc(needs('GLIBC_2.9', 'GLIBC_2.17', 'GLIBC_2.4'))).toBe('2.17');
  expect(newestGlibc(needs('GLIBC_2.17', 'GLIBC_ABI_DT_RELR'))).toBe('2.36');
  expect(newestGlibc(needs('GLIBCXX_3.4.29', 'GLIBC_PRIVATE'))).toBeUndefined();
});

describe('reading a bundle again', () => {
  test('gives what was found before, until a file changes', async () => {
    const directory = bundleOf(variantFile('a', ['i8mm'], SMMLA));
    await new Promise((resolve) => setTimeout(resolve, 150));
    const first = inspectBundle(directory, '2.34');
    expect(inspectBundle(directory, '2.34')).toBe(first);
    expect(inspectBundle(directory, '2.35')).not.toBe(first);
    fs.appendFileSync(path.join(directory, 'lib/a.so'), 'x');
    expect(inspectBundle(directory, '2.34').problems[0].what).toBe('lib/a.so');
  });
});

describe('the gate', () => {
  test('names bundle, file, feature, instruction and type', () => {
    const directory = bundleOf(variantFile('matmul', ['i8mm'], SMMLA));
    const [problem] = problemsOf(() => fleetOf(['m6g.4xlarge'], directory));
    expect(problem.got).toBe(
      'm6g.4xlarge (AWS Graviton2), on which no variant of made-up runs: lib/matmul.so needs i8mm ' +
        '(i8mm: SMMLA/USMMLA at tile+0x4 (address 0x4))',
    );
    expect(problem.fix).toContain('newer generation');
  });

  test('notes a type that gets a lower variant, and no other', () => {
    const directory = bundleOf(variantFile('matmul', ['i8mm'], SMMLA), variantFile('scalar', []));
    const notes = notesOf(fleetOf(['m9g.4xlarge', 'm6g.4xlarge'], directory));
    expect(notes).toHaveLength(1);
    expect(notes[0]).toContain('m6g.4xlarge (AWS Graviton2) with made-up: runs scalar and not matmul: lib/matmul.so');
    expect(notes[0]).toContain('[ack: cdk-graviton-fleet:lowerKernelVariant:m6g.4xlarge]');
  });

  test('is silent about a variant that no Graviton runs', () => {
    const directory = bundleOf(variantFile('streaming', ['sme']), variantFile('scalar', []));
    expect(notesOf(fleetOf(['m9g.4xlarge'], directory))).toEqual([]);
  });

  test('notes a predicate that is empty on shorter vectors', () => {
    const content = assemble(['.type wide, %function', 'wide:', 'ptrue p0.s, vl8', 'ret'], 'sve');
    const directory = bundleOf(variantFile('wide', ['sve'], content));
    const notes = notesOf(fleetOf(['m7g.4xlarge', 'm8g.4xlarge'], directory));
    expect(notes).toHaveLength(1);
    expect(notes[0]).toMatch(/^m8g\.4xlarge .*PTRUE for vectors of 256 bits \(at wide\), which here are of 128/);
  });
});

test('the notes and problems of the gate agree with variantsFor on every Graviton type', () => {
  const directory = bundleOf(variantFile('matmul', [CpuFeature.SVE2], SVE));
  const kernels = KernelBundle.fromDirectory(directory);
  for (const { instanceType, processor } of InstanceCatalog.allGraviton()) {
    const runs = kernels.variantsFor(processor!).length > 0;
    expect([instanceType, runs]).toEqual([instanceType, processor!.supports(CpuFeature.SVE2)]);
  }
});

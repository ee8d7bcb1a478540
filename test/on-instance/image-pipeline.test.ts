import * as os from 'node:os';
import * as path from 'node:path';
import { unzipSync, zipSync } from 'fflate';
import { describe, expect, test } from 'vitest';
import { KernelBundle } from '../../lib';
import { Arm64Instance } from '../../scripts/arm64-root/arm64-instance';
import { EMULATED_PROCESSORS } from '../../scripts/kernels/emulated-processors';
import { compileSelfTest } from '../kernels-native/compile-self-test';
import { useBuiltInKernels } from '../support/built-in-kernels';
import { makeBundle, variantFile } from '../support/bundle-maker';
import { useScratchDirectory } from '../support/scratch-directory';
import { ComponentFailed } from './awstoe/component-run';
import { unitsIn } from './pipeline/boot';
import { flipByte } from './pipeline/flip-byte';
import { ImagePipeline } from './pipeline/image-pipeline';
import { ObjectStore } from './pipeline/object-store';
import { SynthesizedImage, synthesizeImage } from './pipeline/synthesized-image';
import { useImagePipelines } from './pipeline/use-image-pipelines';

useBuiltInKernels();
const scratch = useScratchDirectory();
const newPipeline = useImagePipelines();

const GRAVITON2 = cpuOf('graviton2');
const GRAVITON5 = cpuOf('graviton4-5-like');
const PROGRAMS = path.join(__dirname, 'self-tests');
const KERNEL = 'lib/only.so';
const INSTALLED_KERNEL = `/opt/graviton/kernels/made-up/${KERNEL}`;
const NAMES_EXPECTED_DIGEST = /expected (sha256[: ])?[0-9a-f]{64}/;
const SIGILL_STATUS = 128 + os.constants.signals.SIGILL;

function cpuOf(name: string): string {
  return EMULATED_PROCESSORS.find((processor) => processor.name === name)!.qemuCpu;
}

/** Why a build failed; it must have, and must have left no AMI. */
async function failureOf(pipeline: ImagePipeline, building: Promise<string>): Promise<ComponentFailed> {
  const failure = await building.then(
    (id) => new Error(`${id} was registered`),
    (error: Error) => error,
  );
  expect(failure).toBeInstanceOf(ComponentFailed);
  expect(pipeline.registeredImages).toEqual([]);
  return failure as ComponentFailed;
}

describe.each([
  ['Graviton2', GRAVITON2],
  ['Graviton5', GRAVITON5],
])('the built-in kernels', (name, cpu) => {
  test(`install, validate, test and boot on ${name}`, async () => {
    const { recipe, objects } = synthesizeImage(KernelBundle.builtIn());
    const pipeline = newPipeline({ objects, buildCpu: cpu });
    const amiId = await pipeline.build(recipe);
    expect(pipeline.registeredImages).toEqual([amiId]);
    const { instance, boot } = await pipeline.launch(amiId, cpu);
    expect(unitsIn(boot, 'failed', 'withheld', 'missing'), JSON.stringify(boot)).toEqual([]);
    expect(await instance.script('cat /opt/graviton/kernels/*/manifest.json')).toContain('"name": "graviton-kernels"');
    expect(await instance.standInCalls()).toContain('dnf install -y docker');
  });
});

describe('a byte that flips', () => {
  const made = lazily(() => bundleWith(compileSelfTest(['-march=armv8-a'], path.join(PROGRAMS, 'exit-zero.c')), []));

  test('on the way to the builder fails the build phase', async () => {
    const pipeline = newPipeline({ objects: withFlippedByte(made().objects), buildCpu: GRAVITON5 });
    const failure = await failureOf(pipeline, pipeline.build(made().recipe));
    expect(failure.phase).toBe('build');
    expect(failure.output).toMatch(NAMES_EXPECTED_DIGEST);
  });

  test('between validation and snapshot fails the test phase', async () => {
    const pipeline = newPipeline({ objects: made().objects, buildCpu: GRAVITON5 });
    const damage = (builder: Arm64Instance) => flipByte(builder, INSTALLED_KERNEL);
    const failure = await failureOf(pipeline, pipeline.build(made().recipe, { beforeSnapshot: damage }));
    expect(failure.phase).toBe('test');
    expect(failure.output).toMatch(/made-up/);
    expect(failure.output).toMatch(NAMES_EXPECTED_DIGEST);
  });

  test('on the disk of an instance fails the check at boot, and no runtime starts', async () => {
    const pipeline = newPipeline({ objects: made().objects, buildCpu: GRAVITON5 });
    const amiId = await pipeline.build(made().recipe);
    const damage = (instance: Arm64Instance) => flipByte(instance, INSTALLED_KERNEL);
    const { boot } = await pipeline.launch(amiId, GRAVITON5, damage);
    const failed = unitsIn(boot, 'failed').filter((unit) => boot[unit].output.includes(KERNEL));
    expect(failed, JSON.stringify(boot)).toHaveLength(1);
    expect(boot[failed[0]].output).toMatch(NAMES_EXPECTED_DIGEST);
    const runtime = Object.keys(boot).filter((unit) => /^inference-runtime.*\.service$/.test(unit));
    expect(runtime.length).toBeGreaterThan(0);
    expect(runtime.map((unit) => boot[unit].state)).toEqual(runtime.map(() => 'withheld'));
  });
});

describe('no AMI is registered when the self-test', () => {
  const needsI8mm = lazily(() => {
    const program = compileSelfTest(['-march=armv8-a+simd'], path.join(PROGRAMS, 'needs-i8mm.c'));
    return bundleWith(program, ['i8mm']);
  });

  test('ends with exit status 1', async () => {
    const program = compileSelfTest(['-march=armv8-a'], path.join(PROGRAMS, 'exit-one.c'));
    const { recipe, objects } = bundleWith(program, []);
    const pipeline = newPipeline({ objects, buildCpu: GRAVITON5 });
    const failure = await failureOf(pipeline, pipeline.build(recipe));
    expect([failure.phase, failure.status]).toEqual(['validate', 1]);
  });

  test('needs i8mm, and the builder is a Graviton2', async () => {
    const pipeline = newPipeline({ objects: needsI8mm().objects, buildCpu: GRAVITON2 });
    const failure = await failureOf(pipeline, pipeline.build(needsI8mm().recipe));
    expect(failure.phase).toBe('validate');
    expect([failure.status, failure.output]).toEqual([SIGILL_STATUS, expect.stringMatching(/illegal instruction/i)]);
  });

  test('needs i8mm, and one of the test instances is a Graviton2', async () => {
    const testCpus = [GRAVITON5, GRAVITON2];
    const pipeline = newPipeline({ objects: needsI8mm().objects, buildCpu: GRAVITON5, testCpus });
    const failure = await failureOf(pipeline, pipeline.build(needsI8mm().recipe));
    expect(failure.phase).toBe('test');
    expect([failure.status, failure.output]).toEqual([SIGILL_STATUS, expect.stringMatching(/illegal instruction/i)]);
  });
});

/** The image of a fleet whose bundle is one program, which is its self-test and its only variant. */
function bundleWith(program: Buffer, requires: readonly string[]): SynthesizedImage {
  const selfTest = { path: 'bin/selftest', role: 'selftest', content: program, requires };
  const bundle = makeBundle(scratch(), [selfTest, { ...variantFile('only', requires), content: program }]);
  return synthesizeImage(KernelBundle.fromDirectory(bundle));
}

/** Makes a value when it is first asked for. */
function lazily<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= make());
}

/** The same objects, but for one bit of one file in the archive of the kernels. */
function withFlippedByte(objects: ObjectStore): ObjectStore {
  return {
    get: async (url) => {
      const object = await objects.get(url);
      const entries = url.endsWith('.zip') ? unzipSync(object) : {};
      if (!(KERNEL in entries)) {
        return object;
      }
      entries[KERNEL][entries[KERNEL].length >> 1] ^= 1;
      return Buffer.from(zipSync(entries));
    },
  };
}

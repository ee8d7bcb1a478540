import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { beforeAll, describe, expect, test } from 'vitest';
import { CpuFeature, GravitonProcessor, InstanceCatalog, KernelBundle } from '../../lib';
import { readElf } from '../../lib/kernels/elf/elf-file';
import { findFeatureUses } from '../../lib/kernels/isa/find-feature-uses';
import { makeBundle } from '../support/bundle-maker';
import { problemsOf } from '../support/config-error';
import { useScratchDirectory } from '../support/scratch-directory';
import { compileSelfTest } from './compile-self-test';

/** What qemu-user 7.2 plays for each Graviton, and what it has that the processor lacks. */
const EMULATED: Record<string, { readonly cpu: string; readonly also: readonly CpuFeature[] }> = {
  graviton2: { cpu: 'neoverse-n1', also: [] },
  // No processor of qemu-user 7.2 has SVE without SVE2.
  graviton3: { cpu: 'max,sve-max-vq=2,sme=off', also: [CpuFeature.SVE2, CpuFeature.MTE] },
  graviton3e: { cpu: 'max,sve-max-vq=2,sme=off', also: [CpuFeature.SVE2, CpuFeature.MTE] },
  graviton4: { cpu: 'max,sve128=on,sme=off', also: [CpuFeature.MTE] },
  graviton5: { cpu: 'max,sve128=on,sme=off', also: [CpuFeature.MTE] },
};

/** A build for each generation, with the flags of the catalog, and builds that use a single group of instructions. */
const BUILDS: Record<string, readonly string[]> = {
  baseline: ['-march=armv8-a'],
  ...Object.fromEntries(
    [
      GravitonProcessor.GRAVITON2,
      GravitonProcessor.GRAVITON3,
      GravitonProcessor.GRAVITON4,
      GravitonProcessor.GRAVITON5,
    ].map(({ id, compilerFlag }) => [id, [compilerFlag]]),
  ),
  dotprod: ['-march=armv8-a+dotprod'],
  sve: ['-march=armv8.2-a+sve'],
  sve_i8mm: ['-march=armv8.2-a+sve+i8mm'],
  sve2: ['-march=armv9-a'],
  // The compiler's Neoverse V3 has memory tagging, which no Graviton5 instance exposes.
  mte: ['-mcpu=neoverse-v3', '-DUSE_MTE'],
  sme: ['-march=armv8-a', '-DUSE_SME'],
};

const scratch = useScratchDirectory();

interface Built {
  readonly program: string;
  readonly uses: readonly CpuFeature[];
  readonly bundle: KernelBundle;
}

const built = new Map<string, Built>();
beforeAll(() => {
  const names = Object.keys(BUILDS);
  names.forEach((name) => built.set(name, build(name)));
}, 120_000);

/** A bundle of one variant that declares exactly what its code needs, which the gate lets pass; declaring nothing it refuses. */
function build(name: string): Built {
  const content = compileSelfTest(BUILDS[name]);
  const program = `${scratch()}-program`;
  const uses = findFeatureUses(readElf(content).file!).map(({ feature }) => feature);
  const selfTest = { path: 'bin/selftest', role: 'selftest', content: compileSelfTest(BUILDS.baseline) };
  const variant = (requires: readonly string[]) => ({
    path: `lib/${name}`,
    role: 'variant',
    variant: name,
    requires,
    content,
  });
  const bundle = KernelBundle.fromDirectory(makeBundle(scratch(), [selfTest, variant(uses)]));
  if (uses.length > 0) {
    expect(problemsOf(() => KernelBundle.fromDirectory(makeBundle(scratch(), [selfTest, variant([])])))).not.toEqual(
      [],
    );
  }
  writeFileSync(program, content, { mode: 0o755 });
  return { program, uses, bundle };
}

/** How a program ends: `passes`, the name of a signal, or its status. */
function run(cpu: string, program: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const command = ['qemu-aarch64', '-cpu', cpu, program];
    const child = spawn('/bin/sh', ['-c', 'ulimit -c 0; exec "$@"', 'sh', ...command], {
      cwd: tmpdir(),
      stdio: 'ignore',
    });
    child.on('error', reject);
    child.on('close', (status, signal) => resolve(signal ?? (status === 0 ? 'passes' : `status ${status}`)));
  });
}

describe.each(GravitonProcessor.ALL)('$displayName', (processor) => {
  const { cpu, also } = EMULATED[processor.id];

  test.each(Object.keys(BUILDS))(
    'runs or refuses the build %s as the emulator does',
    { timeout: 60_000 },
    async (name) => {
      const { program, uses, bundle } = built.get(name)!;
      const verdict = bundle.variantsFor(processor).length > 0;
      const emulated = await run(cpu, program);
      const lacking = uses.filter((feature) => !processor.supports(feature));
      const isBlind = lacking.length > 0 && lacking.every((feature) => also.includes(feature));
      // Where the emulated processor has more than the real one, the gate must be the stricter of the two.
      expect([name, verdict, emulated]).toEqual(
        isBlind ? [name, false, 'passes'] : [name, verdict, verdict ? 'passes' : 'SIGILL'],
      );
      for (const { instanceType } of InstanceCatalog.allGraviton().filter((facts) => facts.processor === processor)) {
        expect([instanceType, bundle.variantsFor(InstanceCatalog.lookup(instanceType)!.processor!).length > 0]).toEqual(
          [instanceType, verdict],
        );
      }
    },
  );
});

test('the matrix is the known one', () => {
  const runsOn = (name: string) => built.get(name)!.bundle;
  const ids = (name: string) =>
    GravitonProcessor.ALL.filter((each) => runsOn(name).variantsFor(each).length > 0).map(({ id }) => id);
  const from3 = ['graviton3', 'graviton3e', 'graviton4', 'graviton5'];
  expect(Object.fromEntries(Object.keys(BUILDS).map((name) => [name, ids(name)]))).toEqual({
    baseline: ['graviton2', ...from3],
    graviton2: ['graviton2', ...from3],
    graviton3: from3,
    graviton4: ['graviton4', 'graviton5'],
    graviton5: ['graviton4', 'graviton5'],
    dotprod: ['graviton2', ...from3],
    sve: from3,
    sve_i8mm: from3,
    sve2: ['graviton4', 'graviton5'],
    mte: [],
    sme: [],
  });
});

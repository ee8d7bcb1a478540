import * as fs from 'node:fs';
import * as path from 'node:path';
import { describe, expect, test } from 'vitest';
import { CpuFeature, GravitonProcessor, KernelBundle, KernelCompiler, SourceBundleOptions } from '../../lib';
import { judgeInstanceTypes } from '../../lib/kernels/instance-type-gate';
import { problemsOf } from '../support/config-error';
import { useScratchDirectory } from '../support/scratch-directory';

const { GRAVITON2, GRAVITON3, GRAVITON4, GRAVITON5, ALL } = GravitonProcessor;
const scratch = useScratchDirectory();

function sources(files: Record<string, string> = {}): string {
  const directory = scratch();
  for (const [name, content] of Object.entries({ 'kernel.c': 'int answer;', ...files })) {
    fs.mkdirSync(path.dirname(path.join(directory, name)), { recursive: true });
    fs.writeFileSync(path.join(directory, name), content);
  }
  return directory;
}

function options(changes: Partial<SourceBundleOptions> = {}): SourceBundleOptions {
  return {
    name: 'my-kernels',
    directory: sources(),
    buildCommand: 'make install DESTDIR="$OUTPUT"',
    targets: [GRAVITON3, GRAVITON4],
    selfTest: 'bin/selftest',
    ...changes,
  };
}

describe('a bundle from source', () => {
  test('has a variant for each target, and no digest before it is compiled', () => {
    const bundle = KernelBundle.fromSource(options());
    expect(bundle).toMatchObject({
      name: 'my-kernels',
      version: '0.0.0',
      digest: undefined,
      selfTestPath: 'bin/self-test',
    });
    expect(bundle.sourceDigest).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(bundle.variants.map((variant) => [variant.name, variant.path])).toEqual([
      ['graviton3', 'graviton3'],
      ['graviton4', 'graviton4'],
    ]);
    expect(bundle.runsOnAnyArm64).toBe(false);
  });

  test.each(ALL.map((processor) => [processor.id, processor] as const))(
    'for %s runs there, and on every later Graviton',
    (_, processor) => {
      const bundle = KernelBundle.fromSource(options({ targets: [processor] }));
      const runs = ALL.filter((each) => bundle.variantsFor(each).length > 0);
      expect(runs).toEqual(expect.arrayContaining(ALL.slice(ALL.indexOf(processor))));
    },
  );

  test('for Graviton4 is kept from Graviton3, and the gate says why', () => {
    const bundle = KernelBundle.fromSource(options({ targets: [GRAVITON4] }));
    const judge = (...instanceTypes: string[]) =>
      judgeInstanceTypes({ what: 'instanceTypes', instanceTypes, region: 'us-east-1', kernels: [bundle] });
    expect(judge('m8g.large', 'm9g.large').problems).toEqual([]);
    const [problem] = judge('m7g.large').problems;
    expect(problem.got).toContain('m7g.large (AWS Graviton3), on which no variant of my-kernels runs: graviton4 needs');
    expect(problem.got).toContain('sve2');
    expect(problem.allowed).toBe('graviton4 needs what AWS Graviton4 has');
    const lower = KernelBundle.fromSource(options({ targets: [GRAVITON2, GRAVITON5] }));
    const { notes, problems } = judgeInstanceTypes({
      what: 'instanceTypes',
      instanceTypes: ['m6g.large'],
      region: 'us-east-1',
      kernels: [lower],
    });
    expect([problems, notes.get('m6g.large')]).toEqual([
      [],
      expect.stringContaining('runs graviton2 and not graviton5'),
    ]);
  });

  test('claims of a target what Linux shows of its processor', () => {
    const [{ requiredFeatures }] = KernelBundle.fromSource(options()).variants;
    expect(requiredFeatures).toEqual(expect.arrayContaining(['sve', 'i8mm', 'bf16', 'atomics']));
    // Linux prints nothing for the first; the ciphers would keep a build for Graviton3 from Graviton4.
    for (const feature of [CpuFeature.LOR, CpuFeature.SM3, CpuFeature.SM4]) {
      expect(requiredFeatures).not.toContain(feature);
    }
  });
});

describe('its source digest', () => {
  const directory = () =>
    sources({ '.gitignore': 'build/\n*.o\n', 'build/out.bin': 'a', 'x.o': 'a', '.git/HEAD': 'a' });

  test('changes with a source, and with all that says how it is built', () => {
    const base = options({ directory: directory() });
    const changed: Partial<SourceBundleOptions>[] = [
      { buildCommand: 'make' },
      { targets: [GRAVITON4, GRAVITON3] },
      { selfTest: 'bin/other' },
      { packages: ['cmake'] },
      { runtimePackages: ['libgomp'] },
      { compiler: KernelCompiler.clang19() },
      { version: '1.0.0' },
      { sourceRevision: 'abc' },
      { directory: sources({ 'kernel.c': 'int question;' }) },
    ];
    const digests = [{}, ...changed].map((change) => KernelBundle.fromSource({ ...base, ...change }).sourceDigest);
    expect(new Set(digests).size).toBe(digests.length);
  });

  test('does not change with where the sources lie, nor with what git ignores', () => {
    const [one, other] = [directory(), directory()];
    const digest = (where: string, exclude?: string[]) =>
      KernelBundle.fromSource(options({ directory: where, exclude })).sourceDigest;
    expect(digest(one)).toBe(digest(other));
    fs.writeFileSync(path.join(one, 'build/out.bin'), 'b');
    fs.writeFileSync(path.join(one, 'x.o'), 'b');
    fs.writeFileSync(path.join(one, '.git/HEAD'), 'b');
    expect(digest(one)).toBe(digest(other));
    expect(digest(one, ['.git'])).not.toBe(digest(other, ['.git']));
  });
});

describe('a bundle from source is refused', () => {
  test('with every problem at once', () => {
    const found = problemsOf(() =>
      KernelBundle.fromSource({
        name: 'My Kernels',
        directory: '/nowhere',
        buildCommand: ' ',
        targets: [],
        selfTest: '../selftest',
        packages: ['make; rm'],
        runtimePackages: ['-y'],
        version: 'newest',
        sourceRevision: 'a b',
      }),
    );
    expect(found.map(({ what }) => what)).toEqual([
      'name',
      'directory',
      'buildCommand',
      'targets',
      'selfTest',
      'packages',
      'runtimePackages',
      'version',
      'sourceRevision',
    ]);
  });

  test('with a target twice, an empty directory, a file, and text that AWSTOE would replace', () => {
    const empty = scratch();
    fs.mkdirSync(empty);
    const found = (changes: Partial<SourceBundleOptions>) =>
      problemsOf(() => KernelBundle.fromSource(options(changes))).map(({ what, got }) => `${what}: ${got}`);
    expect(found({ targets: [GRAVITON3, GRAVITON3] })).toEqual(['targets: graviton3 more than once']);
    expect(found({ directory: empty })).toEqual([`directory: ${empty}, which is empty`]);
    expect(found({ directory: __filename })).toEqual([`directory: ${__filename}, which is a file`]);
    expect(found({ buildCommand: 'echo {{ a }}' })).toEqual(['buildCommand: "echo {{ a }}"']);
  });

  test('with a compiler that is no command', () => {
    const make = () => KernelCompiler.of({ packages: ['a b'], cCommand: 'gcc -O2', cxxCommand: '$(rm)' });
    expect(problemsOf(make).map(({ what }) => what)).toEqual(['cCommand', 'cxxCommand', 'packages']);
  });
});

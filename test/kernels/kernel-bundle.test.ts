import * as fs from 'node:fs';
import * as path from 'node:path';
import { describe, expect, test } from 'vitest';
import { GravitonProcessor, KernelBundle } from '../../lib';
import { BUNDLE_DIRECTORY, readManifest } from '../../scripts/kernels/kernel-build';
import { useBuiltInKernels } from '../support/built-in-kernels';
import { BundleCopy } from '../support/bundle-copy';
import { AARCH64, elfHeader, makeBundle, SELF_TEST, variantFile, X86_64 } from '../support/bundle-maker';
import { problemsOf } from '../support/config-error';
import { useScratchDirectory } from '../support/scratch-directory';

useBuiltInKernels();
const scratch = useScratchDirectory();

const SCALAR = variantFile('scalar', []);
const MATMUL = variantFile('matmul', ['asimddp', 'i8mm']);

describe('the kernels of the package', () => {
  test('are what the build made', () => {
    const bundle = KernelBundle.builtIn();
    const { name, version, digest } = readManifest();
    expect(bundle).toMatchObject({ name, version, digest, directory: BUNDLE_DIRECTORY });
    expect(bundle.selfTestPath).toBe('bin/graviton-kernels-selftest');
    expect(bundle.variants.map((variant) => [variant.name, variant.requiredFeatures])).toEqual([
      ['neon_dotprod', ['asimddp']],
      ['neon_i8mm_bf16', ['asimddp', 'bf16', 'i8mm']],
      ['scalar', []],
    ]);
    expect(KernelBundle.builtIn()).toBe(bundle);
  });

  test('run on every Graviton, with the matrix instructions from Graviton3 on', () => {
    const bundle = KernelBundle.builtIn();
    expect(bundle.runsOnAnyArm64).toBe(true);
    const names = (processor: GravitonProcessor) => bundle.variantsFor(processor).map(({ name }) => name);
    expect(names(GravitonProcessor.GRAVITON2)).toEqual(['neon_dotprod', 'scalar']);
    expect(names(GravitonProcessor.GRAVITON3)).toContain('neon_i8mm_bf16');
    expect(names(GravitonProcessor.GRAVITON5)).toContain('neon_i8mm_bf16');
  });

  test('are another bundle after one changed byte', () => {
    const copy = new BundleCopy(BUNDLE_DIRECTORY, scratch());
    expect(KernelBundle.fromDirectory(copy.directory).digest).toBe(KernelBundle.builtIn().digest);
    copy.changeOneByte();
    expect(KernelBundle.fromDirectory(copy.directory).digest).not.toBe(KernelBundle.builtIn().digest);
  });
});

describe('a bundle of the user', () => {
  test('says what its variants need', () => {
    const bundle = KernelBundle.fromDirectory(makeBundle(scratch(), [SELF_TEST, MATMUL]));
    expect(bundle.runsOnAnyArm64).toBe(false);
    expect(bundle.variantsFor(GravitonProcessor.GRAVITON2)).toEqual([]);
    expect(bundle.variantsFor(GravitonProcessor.GRAVITON3)).toEqual([
      { name: 'matmul', path: 'lib/matmul.so', requiredFeatures: ['asimddp', 'i8mm'] },
    ]);
  });

  test('is read from a relative path too', () => {
    const directory = makeBundle(scratch(), [SELF_TEST, SCALAR]);
    expect(KernelBundle.fromDirectory(path.relative('.', directory)).directory).toBe(directory);
  });
});

describe('a bundle is refused', () => {
  const problems = (directory: string) => problemsOf(() => KernelBundle.fromDirectory(directory));

  test('without a manifest', () => {
    const directory = scratch();
    expect(problems(directory)[0]).toMatchObject({ what: 'manifest.json', got: 'a directory that does not exist' });
    fs.mkdirSync(directory);
    expect(problems(directory)[0]).toMatchObject({ what: 'manifest.json', got: 'a directory without it' });
  });

  test('with a digest that its files do not give', () => {
    const digest = `sha256:${'0'.repeat(64)}`;
    expect(problems(makeBundle(scratch(), [SELF_TEST, SCALAR], { digest }))).toEqual([
      expect.objectContaining({ what: 'manifest.json digest', got: digest }),
    ]);
  });

  test('with a changed, a missing and an unlisted file, all at once', () => {
    const directory = makeBundle(scratch(), [SELF_TEST, SCALAR, MATMUL]);
    fs.appendFileSync(path.join(directory, SCALAR.path), 'x');
    fs.rmSync(path.join(directory, MATMUL.path));
    fs.writeFileSync(path.join(directory, 'lib/extra.so'), 'x');
    const found = problems(directory).map(({ what, got }) => [what, got.replace(/[0-9a-f]{64}/, 'SUM')]);
    expect(found).toEqual([
      ['lib/scalar.so', 'sha256 SUM'],
      ['lib/matmul.so', 'nothing'],
      ['lib/extra.so', 'a file that the manifest does not list'],
    ]);
  });

  test('with a symbolic link, which the archive of an asset would not follow', () => {
    const directory = makeBundle(scratch(), [SELF_TEST, SCALAR, MATMUL]);
    fs.rmSync(path.join(directory, MATMUL.path));
    fs.symlinkSync('scalar.so', path.join(directory, MATMUL.path));
    expect(problems(directory)).toEqual([expect.objectContaining({ what: 'lib/matmul.so', got: 'a symbolic link' })]);
  });

  test('with a path that is listed twice, which no directory can hold', () => {
    expect(problems(makeBundle(scratch(), [SELF_TEST, SCALAR, SCALAR]))).toEqual([
      expect.objectContaining({ what: 'manifest.json files', got: '["lib/scalar.so"]', allowed: 'each path once' }),
    ]);
  });

  test.each([
    ['x86_64', elfHeader(X86_64), 'an ELF file for x86_64'],
    ['a big-endian machine', elfHeader(AARCH64, true), 'an ELF file for other'],
    ['another machine', elfHeader(40), 'an ELF file for other'],
    ['no machine', Buffer.from('int main;'), 'no ELF file'],
    ['no machine, being empty', Buffer.alloc(0), 'no ELF file'],
  ])('with an object for %s', (_, content, got) => {
    const directory = makeBundle(scratch(), [SELF_TEST, SCALAR, variantFile('wrong', [], content)]);
    expect(problems(directory)).toEqual([expect.objectContaining({ what: 'lib/wrong.so', got })]);
  });

  test('with a self-test for x86_64', () => {
    const directory = makeBundle(scratch(), [{ ...SELF_TEST, content: elfHeader(X86_64) }, SCALAR]);
    expect(problems(directory)[0]).toMatchObject({ what: 'bin/selftest', got: 'an ELF file for x86_64' });
  });

  test.each([
    ['schemaVersion', { schemaVersion: 2 }],
    ['name', { name: 'Not A Name' }],
    ['version', { version: 'newest' }],
    ['digest', { digest: 'md5:0' }],
    ['files', { files: [] }],
    ['files[0].path', { files: [{ ...SELF_TEST, path: '../selftest', sha256: '0'.repeat(64) }] }],
    ['files[0].path', { files: [{ ...SELF_TEST, path: '/bin/sh', sha256: '0'.repeat(64) }] }],
    ['files[0].path', { files: [{ ...SELF_TEST, path: 'bin/a;b', sha256: '0'.repeat(64) }] }],
    ['files[0].role', { files: [{ ...SELF_TEST, role: 'toy', sha256: '0'.repeat(64) }] }],
    ['files[0].requires', { files: [{ ...SCALAR, requires: undefined, sha256: '0'.repeat(64) }] }],
    ['files[0].requires', { files: [{ ...SCALAR, requires: 'i8mm', sha256: '0'.repeat(64) }] }],
    ['files[0]', { files: [null] }],
  ])('with a manifest whose %s is wrong', (key, changes) => {
    const found = problems(makeBundle(scratch(), [SELF_TEST, SCALAR], changes));
    expect(found.map(({ what }) => what)).toContain(`manifest.json ${key}`);
  });

  test.each(['', '{', '[]', 'null', '"text"'])('with a manifest that is %j', (text) => {
    const directory = makeBundle(scratch(), [SELF_TEST, SCALAR]);
    fs.writeFileSync(path.join(directory, 'manifest.json'), text);
    expect(problems(directory)[0].allowed).toBe('a JSON object');
  });

  test('without a self-test, or without a variant', () => {
    expect(problems(makeBundle(scratch(), [SCALAR]))[0].allowed).toContain('one file with the role selftest');
    expect(problems(makeBundle(scratch(), [SELF_TEST]))[0].allowed).toContain(
      'at least one file with the role variant',
    );
  });
});

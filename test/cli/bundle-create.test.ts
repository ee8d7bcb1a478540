import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { KernelBundle } from '../../lib';
import { BundleManifest } from '../../lib/kernels/manifest/bundle-manifest';
import { assemble } from '../kernels-native/assembler';
import { BUNDLE_COMMAND, COMMAND, useBuiltCommand } from '../support/built-command';
import { AARCH64, elfHeader, X86_64 } from '../support/bundle-maker';
import { sbomErrors } from '../support/cyclonedx';
import { useScratchDirectory } from '../support/scratch-directory';

const NAMED = ['--name', 'my-kernels', '--version', '1.2.3'];
useBuiltCommand();
const scratch = useScratchDirectory();

let dotProduct: Buffer;
let matrix: Buffer;
beforeAll(() => {
  dotProduct = assemble(['.type dot, %function', 'dot:', 'sdot v0.4s, v1.16b, v2.16b'], 'dotprod');
  matrix = assemble(
    ['.type tile, %function', 'tile:', 'smmla v0.4s, v1.16b, v2.16b', 'sdot v0.4s, v1.16b, v2.16b'],
    'i8mm,dotprod',
  );
});

function create(directory: string, ...args: string[]) {
  const result = spawnSync(process.execPath, [COMMAND, 'bundle', 'create', directory, ...NAMED, ...args], {
    encoding: 'utf8',
  });
  return { status: result.status, stdout: result.stdout, stderr: result.stderr };
}

function files(changes: Record<string, string | Buffer | undefined> = {}): string {
  const directory = scratch();
  const contents = {
    'lib/libdot-kernels.so.1': dotProduct,
    'lib/matrix.so': matrix,
    'bin/prove': elfHeader(AARCH64),
    LICENSE: 'text',
    'include/kernels.h': 'text',
    'README.md': 'text',
    ...changes,
  };
  for (const [name, content] of Object.entries(contents).filter(([, each]) => each !== undefined)) {
    fs.mkdirSync(path.dirname(path.join(directory, name)), { recursive: true });
    fs.writeFileSync(path.join(directory, name), content);
  }
  return directory;
}

function read<T>(directory: string, file: string): T {
  return JSON.parse(fs.readFileSync(path.join(directory, file), 'utf8')) as T;
}

describe('graviton-fleet bundle create', () => {
  test('makes a bundle of plain files, which the library accepts', () => {
    const directory = files();
    const { status, stdout, stderr } = create(directory);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    const { files: listed, digest } = read<BundleManifest>(directory, 'manifest.json');
    expect(listed.map(({ path: file, role, variant, requires }) => [file, role, variant, requires])).toEqual([
      ['LICENSE', 'licence', undefined, undefined],
      ['README.md', 'document', undefined, undefined],
      ['bin/prove', 'selftest', undefined, []],
      ['include/kernels.h', 'document', undefined, undefined],
      ['lib/libdot-kernels.so.1', 'variant', 'dot_kernels', ['asimddp']],
      ['lib/matrix.so', 'variant', 'matrix', ['i8mm', 'asimddp']],
      ['sbom.cdx.json', 'sbom', undefined, undefined],
    ]);
    expect(stdout).toBe(
      [
        `my-kernels 1.2.3 (${digest})`,
        'AWS Graviton2: runs dot_kernels; matrix lacks i8mm',
        ...['3', '3E', '4', '5'].map((generation) => `AWS Graviton${generation}: runs dot_kernels, matrix`),
        '',
      ].join('\n'),
    );
    expect(KernelBundle.fromDirectory(directory)).toMatchObject({ name: 'my-kernels', version: '1.2.3', digest });
  });

  test('records how the files were made, in the manifest and in a valid bill of materials', () => {
    const directory = files();
    const provenance = ['--compiler', 'Arm clang 19.1.7', '--flags', '-O2 -fPIC', '--flags-of', 'lib/matrix.so=-O3'];
    expect(
      create(directory, ...provenance, '--source-revision', 'e95d90f', '--licence', 'MIT OR Apache-2.0').status,
    ).toBe(0);
    const manifest = read<BundleManifest>(directory, 'manifest.json');
    const compiler = { name: 'Arm clang', version: '19.1.7' };
    expect(manifest).toMatchObject({ compiler, sourceRevision: 'e95d90f' });
    const flags = Object.fromEntries(manifest.files.map((file) => [file.path, file.flags]));
    expect(flags).toMatchObject({ 'lib/matrix.so': ['-O3'], 'bin/prove': ['-O2', '-fPIC'] });
    expect(flags.LICENSE).toBeUndefined();
    const sbom = read<Record<string, never>>(directory, 'sbom.cdx.json');
    expect(sbomErrors(sbom)).toEqual([]);
    expect(sbom).toMatchObject({
      specVersion: '1.6',
      metadata: {
        component: { name: 'my-kernels', version: '1.2.3', licenses: [{ expression: 'MIT OR Apache-2.0' }] },
      },
      formulation: [{ components: [{ type: 'application', ...compiler }] }],
    });
    const components = sbom.components as { name: string; hashes: { content: string }[] }[];
    expect(components.map(({ name, hashes }) => [name, hashes[0].content])).toEqual(
      manifest.files.filter(({ role }) => role !== 'sbom').map(({ path: file, sha256 }) => [file, sha256]),
    );
  });

  test('writes the same each time, over what it wrote before', () => {
    const directory = files();
    const written = () => {
      expect(create(directory).status).toBe(0);
      return ['manifest.json', 'sbom.cdx.json'].map((file) => fs.readFileSync(path.join(directory, file), 'utf8'));
    };
    expect(written()).toEqual(written());
    expect(fs.readdirSync(directory).sort()).toEqual(
      ['LICENSE', 'README.md', 'bin', 'include', 'lib', 'manifest.json', 'sbom.cdx.json'].sort(),
    );
  });

  test('takes variants, dispatcher, guards and self-test as they are named', () => {
    const directory = files({ 'graviton3/a.so': matrix, 'graviton3/prove': matrix, 'bin/prove': '#!/bin/sh' });
    const rules = ['--variant', 'graviton3/=graviton3:i8mm,asimddp', '--variant', 'lib/matrix.so=tiles:i8mm,asimddp'];
    const others = ['--dispatcher', 'lib/libdot-kernels.so.1', '--self-test', 'bin/prove'];
    expect(create(directory, ...rules, ...others)).toMatchObject({ status: 0, stderr: '' });
    const { files: listed } = read<BundleManifest>(directory, 'manifest.json');
    const roles = Object.fromEntries(listed.map(({ path: file, role, variant }) => [file, [role, variant]]));
    expect(roles).toMatchObject({
      'bin/prove': ['selftest', undefined],
      'graviton3/a.so': ['variant', 'graviton3'],
      'graviton3/prove': ['variant', 'graviton3'],
      'lib/libdot-kernels.so.1': ['dispatcher', undefined],
      'lib/matrix.so': ['variant', 'tiles'],
    });
  });

  test('lets guarded code need what it asks the CPU for', () => {
    const directory = files();
    expect(create(directory, '--guards', 'lib/matrix.so=i8mm').status).toBe(0);
    const entry = read<BundleManifest>(directory, 'manifest.json').files.find(({ variant }) => variant === 'matrix');
    expect(entry).toMatchObject({ requires: ['asimddp'], guards: ['i8mm'] });
  });

  test('keeps a bill of materials of the user', () => {
    const directory = files({ 'materials.json': '{}' });
    expect(create(directory, '--sbom', 'materials.json').status).toBe(0);
    expect(fs.existsSync(path.join(directory, 'sbom.cdx.json'))).toBe(false);
    const { files: listed } = read<BundleManifest>(directory, 'manifest.json');
    expect(listed.filter(({ role }) => role === 'sbom').map(({ path: file }) => file)).toEqual(['materials.json']);
  });
});

describe('graviton-fleet bundle create refuses, with 2 and nothing written,', () => {
  const NEEDS_I8MM = /lib\/matrix\.so: got code that needs i8mm: SMMLA\S* at tile\+0x0 \(address 0x0\), 1 in all/;

  test.each<[string, Record<string, string | Buffer | undefined>, string[], RegExp | string]>([
    ['code beyond what is declared', {}, ['--variant', 'lib/matrix.so=matrix:asimddp'], NEEDS_I8MM],
    ['code beyond the oldest Graviton in a dispatcher', {}, ['--dispatcher', 'lib/matrix.so'], NEEDS_I8MM],
    ['x86 code', { 'lib/x.so': elfHeader(X86_64) }, [], 'lib/x.so: got an ELF file for x86_64'],
    ['text as a variant', {}, ['--variant', 'LICENSE=a'], 'LICENSE: got no ELF file'],
    ['several programs without a word', { 'bin/b': elfHeader(AARCH64) }, [], 'got one of 2 programs: bin/b, bin/prove'],
    ['no self-test', { 'bin/prove': undefined }, [], 'one file with the role selftest'],
    [
      'no variant',
      { 'lib/libdot-kernels.so.1': undefined, 'lib/matrix.so': undefined },
      [],
      'at least one file with the role',
    ],
    [
      'a path that is not there',
      {},
      ['--guards', 'lib/matrx.so=sve'],
      '--guards: got lib/matrx.so, which is not there',
    ],
    ['a feature that does not exist', {}, ['--variant', 'lib/matrix.so=m:i9mm'], 'got the CPU feature i9mm'],
    ['a variant without a name', {}, ['--variant', 'lib/matrix.so'], 'allowed path=name or path=name:feature,feature'],
    ['a compiler without a version', {}, ['--compiler', 'gcc'], 'allowed a name and a version'],
    ['a glibc that is no version', {}, ['--glibc', 'musl'], 'allowed a version such as 2.34'],
    ['a path that no bundle can hold', { 'lib/a b.h': '' }, [], 'path: got "lib/a b.h"'],
    ['a revision of two words', {}, ['--source-revision', 'a b'], 'manifest.json sourceRevision'],
  ])('%s', (_, changes, args, message) => {
    const directory = files(changes);
    const before = fs.readdirSync(directory, { recursive: true });
    const { status, stdout, stderr } = create(directory, ...args);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/\n\s+at /);
    expect(fs.readdirSync(directory, { recursive: true })).toEqual(before);
  });

  test('a symbolic link', () => {
    const directory = files();
    fs.symlinkSync('matrix.so', path.join(directory, 'lib/link.so'));
    expect(create(directory)).toMatchObject({ status: 2 });
    expect(fs.existsSync(path.join(directory, 'manifest.json'))).toBe(false);
  });

  test('a name that is none, over a bundle that stays as it is', () => {
    const directory = files();
    expect(create(directory).status).toBe(0);
    const before = fs.readFileSync(path.join(directory, 'manifest.json'), 'utf8');
    expect(create(directory, '--name', 'Not A Name').status).toBe(2);
    expect(fs.readFileSync(path.join(directory, 'manifest.json'), 'utf8')).toBe(before);
  });

  test('a directory that does not exist, and missing options', () => {
    expect(create(scratch()).stderr).toContain('got a directory that does not exist');
    const { status, stderr } = spawnSync(process.execPath, [COMMAND, 'bundle', 'create', files()], {
      encoding: 'utf8',
    });
    expect({ status, stderr }).toMatchObject({ status: 2, stderr: expect.stringContaining('--name') as string });
  });
});

test('the program for image builders needs no package', () => {
  const alone = path.join(scratch(), 'kernel-bundle.js');
  fs.mkdirSync(path.dirname(alone));
  fs.copyFileSync(BUNDLE_COMMAND, alone);
  const directory = files();
  const result = spawnSync(process.execPath, [alone, 'create', directory, ...NAMED], { cwd: '/', encoding: 'utf8' });
  expect(result).toMatchObject({ status: 0, stderr: '' });
  expect(KernelBundle.fromDirectory(directory).name).toBe('my-kernels');
});

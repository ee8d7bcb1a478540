import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  appendFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { EMULATED_PROCESSORS, runSelfTest } from '../../scripts/kernels/emulated-processors';
import { buildKernelBundle, KERNELS_DIRECTORY, makeKernels, readManifest } from '../../scripts/kernels/kernel-build';
import { sbomErrors } from '../support/cyclonedx';

const SOURCES = ['include', 'src', 'selftest', 'tools', 'Makefile'];
/** The public headers of the families, in the order of their names. */
const HEADERS = readdirSync(join(KERNELS_DIRECTORY, 'include/graviton_kernels')).sort();
const GRAVITON5 = EMULATED_PROCESSORS.find(({ name }) => name === 'graviton4-5-like') ?? EMULATED_PROCESSORS[0];

let bundle: string;
let scratch: string;
beforeAll(() => {
  bundle = buildKernelBundle();
  scratch = mkdtempSync(join(tmpdir(), 'graviton-kernels-'));
}, 180_000);
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

function sha256(content: string | Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}

/** The sources in a directory of their own, without anything built. */
function copySources(name: string): string {
  const directory = join(scratch, name, 'kernels');
  mkdirSync(directory, { recursive: true });
  SOURCES.forEach((entry) => cpSync(join(KERNELS_DIRECTORY, entry), join(directory, entry), { recursive: true }));
  cpSync(join(KERNELS_DIRECTORY, '../LICENSE'), join(scratch, name, 'LICENSE'));
  return directory;
}

function mutate(directory: string, file: string, from: string, to: string): void {
  const path = join(directory, 'src', file);
  const source = readFileSync(path, 'utf8');
  expect(source.split(from)).toHaveLength(2);
  writeFileSync(path, source.replace(from, to));
}

describe('manifest', () => {
  test('describes every file by content, sorted by path', () => {
    const manifest = readManifest(bundle);
    expect(manifest).toMatchObject({ schemaVersion: 1, name: 'graviton-kernels', version: '0.1.0' });
    expect(manifest.compiler.version).toMatch(/^\d+\.\d+\.\d+$/);
    expect(manifest.files.map(({ path, role, variant }) => [path, role, variant])).toEqual([
      ['LICENSE', 'licence', undefined],
      ['bin/graviton-kernels-selftest', 'selftest', undefined],
      ['include/graviton_kernels.h', 'document', undefined],
      ...HEADERS.map((name) => [`include/graviton_kernels/${name}`, 'document', undefined]),
      ['lib/libgraviton_kernels.so', 'dispatcher', undefined],
      ['lib/libgraviton_kernels_neon_dotprod.so', 'variant', 'neon_dotprod'],
      ['lib/libgraviton_kernels_neon_i8mm_bf16.so', 'variant', 'neon_i8mm_bf16'],
      ['lib/libgraviton_kernels_scalar.so', 'variant', 'scalar'],
      ['sbom.cdx.json', 'sbom', undefined],
    ]);
    for (const file of manifest.files) {
      const content = readFileSync(join(bundle, file.path));
      expect([file.path, file.bytes, file.sha256]).toEqual([file.path, content.length, sha256(content)]);
      const isElf = content.subarray(0, 4).equals(Buffer.from('\x7fELF', 'latin1'));
      expect([file.machine, file.requires !== undefined]).toEqual([isElf ? 'aarch64' : undefined, isElf]);
      expect(file.flags?.some((flag) => flag.includes('prefix-map')) ?? false).toBe(false);
    }
  });

  test('its digest is what coreutils print', () => {
    const command =
      "find . -type f ! -name manifest.json -printf '%P\\n' | LC_ALL=C sort | xargs -d '\\n' sha256sum | sha256sum";
    const result = spawnSync('/bin/sh', ['-c', command], { cwd: bundle, encoding: 'utf8' });
    expect(`sha256:${result.stdout.split(' ')[0]}`).toBe(readManifest(bundle).digest);
  });

  test('the tarball holds the same files, without owner and time', () => {
    const tarball = join(KERNELS_DIRECTORY, 'build/graviton-kernels.tar.gz');
    const unpacked = join(scratch, 'unpacked');
    mkdirSync(unpacked);
    expect(spawnSync('tar', ['-xzf', tarball, '-C', unpacked]).status).toBe(0);
    expect(spawnSync('diff', ['-r', bundle, unpacked], { encoding: 'utf8' }).stdout).toBe('');
    expect(statSync(join(unpacked, 'bin/graviton-kernels-selftest')).mode & 0o777).toBe(0o755);
    const listing = spawnSync('tar', ['--utc', '--numeric-owner', '-tvzf', tarball], { encoding: 'utf8' }).stdout;
    const entries = listing.trim().split('\n');
    expect(entries.filter((line) => !/ 0\/0 .* 1970-01-01 00:00 /.test(line))).toEqual([]);
  });
});

describe('bill of materials', () => {
  interface Sbom {
    readonly components: { name: string; hashes: { content: string }[]; licenses: unknown; 'bom-ref': string }[];
    readonly dependencies: { ref: string; dependsOn: string[] }[];
    readonly formulation: { components: unknown[] }[];
  }
  const readSbom = () => JSON.parse(readFileSync(join(bundle, 'sbom.cdx.json'), 'utf8')) as Sbom;

  test('is valid, and lists every other file with digest and licence, and the compiler', () => {
    const sbom = readSbom();
    expect(sbomErrors(sbom)).toEqual([]);
    const { files, compiler } = readManifest(bundle);
    const listed = sbom.components.filter((component) => component['bom-ref'].startsWith('file:'));
    expect(listed.map(({ name, hashes }) => [name, hashes[0].content])).toEqual(
      files.filter(({ role }) => role !== 'sbom').map(({ path, sha256: sum }) => [path, sum]),
    );
    expect(listed.filter(({ licenses }) => JSON.stringify(licenses) !== '[{"expression":"Apache-2.0"}]')).toEqual([]);
    expect(sbom.formulation[0].components).toEqual([{ type: 'application', ...compiler }]);
  });

  test('says what the compiler driver linked into which file: nothing into the variants', () => {
    const { components, dependencies } = readSbom();
    const statics = components.filter((component) => component['bom-ref'].startsWith('static:'));
    expect(statics.map(({ name }) => name)).toEqual(expect.arrayContaining(['Scrt1.o', 'crti.o', 'crtn.o']));
    expect(statics.filter(({ licenses, hashes }) => !licenses || !/^[0-9a-f]{64}$/.test(hashes[0].content))).toEqual(
      [],
    );
    const linked = Object.fromEntries(dependencies.map(({ ref, dependsOn }) => [ref, dependsOn]));
    expect(linked['file:bin/graviton-kernels-selftest']).toContain('static:Scrt1.o');
    expect(linked['file:lib/libgraviton_kernels.so']).toContain('static:crti.o');
    expect(Object.keys(linked).filter((ref) => /_(scalar|neon)/.test(ref))).toEqual([]);
  });
});

describe('reproducible build', () => {
  let directory: string;
  let elsewhere: string;
  beforeAll(() => {
    directory = copySources('elsewhere');
    elsewhere = buildKernelBundle(directory);
  }, 180_000);

  test('another directory gives the same digest and tarball', { timeout: 60_000 }, () => {
    const tarball = (kernels: string) => sha256(readFileSync(join(kernels, 'build/graviton-kernels.tar.gz')));
    expect(readManifest(elsewhere).digest).toBe(readManifest(bundle).digest);
    // Only git knows the revision, and the copy lies outside of it.
    expect(readManifest(elsewhere).sourceRevision).toBeUndefined();
    const { sourceRevision = '' } = readManifest(bundle);
    makeKernels(['bundle', `SOURCE_REVISION=${sourceRevision}`], directory);
    expect(tarball(directory)).toBe(tarball(KERNELS_DIRECTORY));
  });

  test('the manifest names the commit of the sources, which does not change the digest', { timeout: 60_000 }, () => {
    const git = (...args: string[]) => {
      const identity = ['-c', 'user.name=a', '-c', 'user.email=a@example.com', '-c', 'commit.gpgsign=false'];
      const { status, stdout } = spawnSync('git', [...identity, ...args], { cwd: directory, encoding: 'utf8' });
      expect([args[0], status]).toEqual([args[0], 0]);
      return stdout.trim();
    };
    const { digest } = readManifest(elsewhere);
    git('init', '--quiet', '..');
    git('add', '../LICENSE', ...SOURCES);
    git('commit', '--quiet', '--message', 'Sources');
    const sources = git('rev-parse', 'HEAD');
    expect(readManifest(buildKernelBundle(directory))).toMatchObject({ digest, sourceRevision: sources });

    writeFileSync(join(directory, 'README.md'), 'No source.');
    git('add', 'README.md');
    git('commit', '--quiet', '--message', 'Words');
    expect(readManifest(buildKernelBundle(directory)).sourceRevision).toBe(sources);
    writeFileSync(join(directory, 'src/new.txt'), '');
    expect(readManifest(buildKernelBundle(directory))).toMatchObject({ digest, sourceRevision: `${sources}+modified` });
  });

  test('a changed source gives another digest', { timeout: 180_000 }, () => {
    appendFileSync(join(directory, 'include/graviton_kernels.h'), '\n');
    const changed = readManifest(buildKernelBundle(directory));
    expect(changed.digest).not.toBe(readManifest(bundle).digest);
    // A line at the end of the header changes the header and no machine code.
    const differing = changed.files.filter((file, index) => file.sha256 !== readManifest(bundle).files[index].sha256);
    expect(differing.map(({ path }) => path)).toEqual(['include/graviton_kernels.h', 'sbom.cdx.json']);
  });

  test('a second make does nothing', { timeout: 60_000 }, () => {
    const manifest = join(bundle, 'manifest.json');
    const before = statSync(manifest).mtimeMs;
    makeKernels(['bundle']);
    expect(statSync(manifest).mtimeMs).toBe(before);
  });
});

describe('a fault in a kernel is found by the self-test', () => {
  test.each([
    [
      'a wrong column',
      'i8/neon_i8mm_bf16.c',
      'vmmlaq_s32(sum[i][j], left.val[i], right.val[j])',
      'vmmlaq_s32(sum[i][j], left.val[i], right.val[0])',
    ],
    ['a lost tail of K', 'i8/neon_i8mm_bf16.c', 'if (k > 0) {', 'if (k > 1) {'],
    ['a row too many', 'i8/neon_i8mm_bf16.c', 'if (rows > 1) {', 'if (rows > 0) {'],
    ['a swapped lane', 'i8/neon_dotprod.c', 'GK_ROW(6, a1, 2)', 'GK_ROW(6, a1, 3)'],
    [
      'another order of float products',
      'i8/scalar.c',
      '(float)sum[j] * lhs_scale * rhs_scale[j]',
      '(float)sum[j] * (lhs_scale * rhs_scale[j])',
    ],
    ['a sub-scale of another block', 'gk4/neon.h', 'previous = current;', 'previous = vdupq_n_s8(0);'],
    [
      'a nibble without its sign',
      'gk4/neon.h',
      'return vshlq_n_s8(packed, 4);',
      'return vshrq_n_s8(vshlq_n_s8(packed, 4), 3);',
    ],
    ['swapped column pairs', 'gk4/smmla.h', 'out[1] = repeat_high(low);', 'out[1] = repeat_low(high);'],
    [
      'another order of scales',
      'gk4/portable.h',
      'lhs_scale[s * GK_PANEL + i] * rhs_scale',
      '1.0000001f * lhs_scale[s * GK_PANEL + i] * rhs_scale',
    ],
    ['a lost bit of rounding', 'gk4/quantise.h', 'moved = value + 0x1.8p+23f;', 'moved = value * 1.01f + 0x1.8p+23f;'],
    ['a scale of the first block', 'block8/columns.h', 'other_scale + b * GK_PANEL', 'other_scale'],
    [
      'a step of the row lost',
      'block8/neon_dotprod.c',
      'DOT_STEP(sum, rhs, held[1], 2);',
      'DOT_STEP(sum, rhs, held[1], 0);',
    ],
    [
      'a row scale of its neighbour',
      'gk4/sdot.h',
      'column_scale[j], row_scale[i]',
      'column_scale[j], row_scale[i ^ 1]',
    ],
  ])('%s in %s', { timeout: 180_000 }, async (name, file, from, to) => {
    const directory = copySources(name.replaceAll(' ', '-'));
    mutate(directory, file, from, to);
    const run = await runSelfTest(GRAVITON5, buildKernelBundle(directory));
    // A write past the last row meets the guard page.
    expect(run.status === 1 || run.signal === 'SIGSEGV').toBe(true);
  });

  test('an object of another variant is refused', { timeout: 60_000 }, async () => {
    const copy = join(scratch, 'swapped');
    cpSync(bundle, copy, { recursive: true });
    const object = (variant: string) => join(copy, `lib/libgraviton_kernels_${variant}.so`);
    cpSync(object('neon_dotprod'), object('neon_i8mm_bf16'));
    const run = await runSelfTest(GRAVITON5, copy);
    expect(run.status).toBe(1);
    expect(run.stdout).toContain('GK_ERROR_OBJECT');
  });
});

describe('a missing tool', () => {
  test.each([
    ['CC=clang-of-nowhere', /compiler 'clang-of-nowhere' not found\. Install it .*apt-get install clang-19/],
    ['PYTHON=python-of-nowhere', /'python-of-nowhere' not found.*Install python3/],
    ['LINKER_FLAGS=-fuse-ld=nowhere', /cannot link a C program for Arm64\. Install lld/],
  ])('%s is named with its package', { timeout: 60_000 }, (setting, message) => {
    const directory = copySources(`missing-${setting.split('=')[0]}`);
    expect(() => makeKernels(['bundle', setting], directory)).toThrow(message);
  });

  test('qemu is named with its package', { timeout: 20_000 }, async () => {
    const run = runSelfTest(GRAVITON5, bundle, { env: { PATH: scratch } });
    await expect(run).rejects.toThrow(/'qemu-aarch64' did not start.*apt-get install qemu-user/s);
  });
});

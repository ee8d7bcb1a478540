import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { zipSync } from 'fflate';
import { beforeAll, describe, expect, test } from 'vitest';
import { BundleReport } from '../../lib/cli/bundle/bundle-report';
import { buildKernelBundle } from '../../scripts/kernels/kernel-build';
import { assemble } from '../kernels-native/assembler';
import { COMMAND, useBuiltCommand } from '../support/built-command';
import { makeBundle, SELF_TEST, variantFile } from '../support/bundle-maker';
import { useScratchDirectory } from '../support/scratch-directory';

const ROOT = path.join(__dirname, '..', '..');
useBuiltCommand();
const scratch = useScratchDirectory();

let builtIn: string;
beforeAll(() => {
  builtIn = buildKernelBundle();
}, 180_000);

function inspect(...args: string[]) {
  // Archives are unpacked below the system's temporary directory.
  const env = { ...process.env, TMPDIR: path.dirname(scratch()) };
  const result = spawnSync(process.execPath, [COMMAND, 'bundle', 'inspect', ...args], { env, encoding: 'utf8' });
  return { status: result.status, stdout: result.stdout, stderr: result.stderr };
}

function badBundle(): string {
  const content = assemble(['.type tile, %function', 'tile:', 'smmla v0.4s, v1.16b, v2.16b', 'ptrue p0.b'], 'i8mm,sve');
  return makeBundle(scratch(), [
    SELF_TEST,
    variantFile('tile', ['i8mm'], content),
    variantFile('cut', [], Buffer.alloc(3)),
  ]);
}

describe('graviton-fleet bundle inspect', () => {
  test('shows files, features and the verdict of each Graviton', () => {
    const { status, stdout, stderr } = inspect(builtIn);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toMatch(/^graviton-kernels 0\.1\.0 \(sha256:[0-9a-f]{64}\)\n/);
    expect(stdout).toMatch(/libgraviton_kernels\.so \(dispatcher\)\n +machine +aarch64, System V\n/);
    expect(stdout).toMatch(/needs libraries +libc\.so\.6\n +needs glibc +2\.34\n/);
    expect(stdout).toMatch(/code needs +asimddp: SDOT\/UDOT at gk_gem[mv]_\w+_neon_dotprod\+0x[0-9a-f]+ \(address 0x/);
    expect(stdout).toContain('AWS Graviton2: runs neon_dotprod, scalar; neon_i8mm_bf16 lacks bf16, i8mm\n');
    expect(stdout).toMatch(/AWS Graviton5: runs neon_dotprod, neon_i8mm_bf16, scalar\n$/);
  });

  test('shows how the bundle was made', () => {
    const { stdout } = inspect(builtIn);
    expect(stdout).toMatch(/\n +compiler +clang 19\.\d+\.\d+\n/);
    // Outside of git, as in an unpacked tarball of the sources, no revision is known.
    expect(stdout).toMatch(/\n +source revision +([0-9a-f]{40}(\+modified)?|not recorded)\n/);
    expect(stdout).toMatch(/\n +materials +sbom\.cdx\.json\n/);
    expect(stdout).toMatch(/\n +compiled with +-std=c11 -O2 .*-march=armv8-a\+dotprod\n/);
    const plain = inspect(makeBundle(scratch(), [SELF_TEST, variantFile('scalar', [])]));
    expect(plain.stdout).toMatch(
      /compiler +not recorded\n +source revision +not recorded\n +materials +not recorded\n/,
    );
  });

  test('reads a zip archive like its directory', () => {
    const files = fs
      .readdirSync(builtIn, { recursive: true, encoding: 'utf8' })
      .filter((file) => fs.statSync(path.join(builtIn, file)).isFile())
      .map((file) => [`bundle/${file}`, fs.readFileSync(path.join(builtIn, file))] as const);
    const archive = `${scratch()}.zip`;
    fs.writeFileSync(archive, zipSync(Object.fromEntries(files)));
    expect(inspect(archive)).toEqual(inspect(builtIn));
    fs.truncateSync(archive, 1000);
    const { status, stdout, stderr } = inspect(archive);
    expect({ status, stderr }).toEqual({ status: 2, stderr: `graviton-fleet: ${archive}: 1 problem, listed above\n` });
    expect(stdout).toContain('got a file of another kind, or cut short, allowed a zip archive');
  });

  test('holds the files of one variant together', () => {
    const variant = (file: string, features: string[]) => ({ ...variantFile('both', features), path: `lib/${file}` });
    const directory = makeBundle(scratch(), [SELF_TEST, variant('a.so', ['i8mm']), variant('b.so', ['sve'])]);
    expect(inspect(directory).stdout).toContain('AWS Graviton2: runs nothing; both lacks i8mm, sve\n');
    expect(inspect(directory).stdout).toContain('AWS Graviton3: runs both\n');
  });

  test('prints the same as JSON', () => {
    const report = JSON.parse(inspect(builtIn, '--json').stdout) as BundleReport;
    expect(report).toMatchObject({ name: 'graviton-kernels', problems: [] });
    expect(report.files).toHaveLength(5);
    const dotprod = report.files.find(({ path: file }) => file.includes('dotprod'))!;
    expect(dotprod.features).toEqual([expect.objectContaining({ feature: 'asimddp', mnemonics: 'SDOT UDOT' })]);
    expect(report.processors.map(({ variants }) => variants.length)).toEqual([2, 3, 3, 3, 3]);
  });

  test('ends with 2 for a bad bundle, with all problems and the true verdict', () => {
    const directory = badBundle();
    const { status, stdout, stderr } = inspect(directory);
    expect(status).toBe(2);
    expect(stderr).toContain('2 problems, listed above');
    expect(stdout).toMatch(/1\. lib\/cut\.so: got no ELF file/);
    expect(stdout).toMatch(
      /2\. lib\/tile\.so: got code that needs sve: PTRUE\S* at tile\+0x4 \(address 0x4\), 1 in all/,
    );
    expect(stdout).toContain('AWS Graviton2: runs nothing; tile lacks i8mm, sve\n');
    const json = inspect(directory, '--json');
    expect(json.status).toBe(2);
    expect((JSON.parse(json.stdout) as BundleReport).problems).toHaveLength(2);
  });

  test('holds a bundle against the glibc of another base image', () => {
    expect(inspect(builtIn, '--glibc', '2.17')).toMatchObject({
      status: 2,
      stdout: expect.stringContaining('glibc 2.17 at most') as string,
    });
    expect(inspect(builtIn, '--glibc', 'musl')).toMatchObject({ status: 2, stdout: '' });
  });

  test('ends with 2 for a directory that is no bundle, and 0 for help', () => {
    const { status, stdout, stderr } = inspect(path.join(ROOT, 'nowhere'));
    expect(status).toBe(2);
    expect(stdout).toContain('manifest.json: got a directory that does not exist');
    expect(stderr).not.toMatch(/\n\s+at /);
    expect(inspect().status).toBe(2);
    expect(inspect('--help').status).toBe(0);
  });
});

import { execFileSync, spawnSync } from 'node:child_process';
import * as path from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { BundleReport } from '../../lib/cli/bundle-report';
import { buildKernelBundle } from '../../scripts/kernels/kernel-build';
import { assemble } from '../kernels-native/assembler';
import { makeBundle, SELF_TEST, variantFile } from '../support/bundle-maker';
import { useScratchDirectory } from '../support/scratch-directory';

const ROOT = path.join(__dirname, '..', '..');
const COMMAND = path.join(ROOT, 'bin', 'graviton-fleet.js');
const scratch = useScratchDirectory();

let builtIn: string;
beforeAll(() => {
  builtIn = buildKernelBundle();
  execFileSync(process.execPath, ['--import', 'tsx', 'scripts/build-command.ts'], { cwd: ROOT });
}, 180_000);

function inspect(...args: string[]) {
  const result = spawnSync(process.execPath, [COMMAND, 'bundle', 'inspect', ...args], { encoding: 'utf8' });
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

import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { EMULATED_PROCESSORS, runSelfTest } from '../../scripts/kernels/emulated-processors';
import { KERNELS_DIRECTORY, makeKernels } from '../../scripts/kernels/kernel-build';

const GRAVITON5 = EMULATED_PROCESSORS.find(({ name }) => name === 'graviton4-5-like') ?? EMULATED_PROCESSORS[0];
const CONVERT = join(KERNELS_DIRECTORY, 'build/host/bin/gk4-convert');
const HEADER_BYTES = 128;

let scratch: string;
beforeAll(() => {
  makeKernels(['tools', 'mutations']);
  scratch = mkdtempSync(join(tmpdir(), 'gk4-'));
}, 180_000);
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

function convert(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(CONVERT, args, { encoding: 'utf8' });
  return { status, stdout, stderr };
}

/** n rows of k values that differ, as f32. */
function weights(n: number, k: number): Buffer {
  const values = Float32Array.from({ length: n * k }, (_, index) => Math.sin(index * 12.9898) * 0.02);
  return Buffer.from(values.buffer);
}

function makeFile(name: string, n: number, k: number, superblock: number): string {
  const input = join(scratch, `${name}.f32`);
  const output = join(scratch, `${name}.gk4`);
  writeFileSync(input, weights(n, k));
  expect(convert('make', 'f32', `${n}`, `${k}`, `${superblock}`, input, output)).toMatchObject({
    status: 0,
    stderr: '',
  });
  return output;
}

describe('GK4 file', () => {
  test.each([
    [16, 4096, 512, 4.2813],
    [16, 4096, 256, 4.3125],
  ])('%d x %d at superblock %d takes %d bits per weight', (n, k, superblock, bits) => {
    const run = convert('info', makeFile(`bits-${superblock}`, n, k, superblock));
    expect(Number(/bits_per_weight=(.*)/.exec(run.stdout)?.[1])).toBeCloseTo(bits, 3);
  });

  test('its header is what the specification says', () => {
    const bytes = readFileSync(makeFile('layout', 19, 545, 512));
    const panel = Math.ceil((18 * 272 + 2 * 32) / 64) * 64;
    expect(bytes.subarray(0, 8).toString('latin1')).toBe('GK4FILE\0');
    expect([8, 12, 32, 36].map((at) => bytes.readUInt32LE(at))).toEqual([1, HEADER_BYTES, 512, 0]);
    expect([16, 24, 40].map((at) => Number(bytes.readBigUInt64LE(at)))).toEqual([19, 545, 2 * panel]);
    expect(bytes.length).toBe(HEADER_BYTES + 2 * panel);
    const hashed = Buffer.concat([bytes.subarray(0, 96), bytes.subarray(HEADER_BYTES)]);
    expect(bytes.subarray(96, HEADER_BYTES).equals(createHash('sha256').update(hashed).digest())).toBe(true);
  });

  test('every changed byte of the header and every cut is refused', { timeout: 60_000 }, () => {
    const bytes = readFileSync(makeFile('changed', 3, 40, 256));
    const path = join(scratch, 'changed-one');
    for (let at = 0; at < HEADER_BYTES + 8; at += 3) {
      const changed = Buffer.from(bytes);
      changed[at] ^= 1 << (at % 8);
      writeFileSync(path, changed);
      expect([at, convert('verify', path).status]).toEqual([at, 1]);
    }
    for (const length of [0, 7, 8, 127, 128, bytes.length - 1]) {
      writeFileSync(path, bytes.subarray(0, length));
      const run = convert('verify', path);
      expect([length, run.status, run.stderr]).toEqual([length, 1, expect.stringContaining('GK_ERROR_TRUNCATED')]);
    }
  });

  test.each([
    [['make', 'f16', '1', '1', '512', 'in', 'out'], 2, /none that is allowed/],
    [['make', 'f32', '1', '1', '100', 'in', 'out'], 2, /none that is allowed/],
    [['make', 'f32', '1', '-1', '512', 'in', 'out'], 2, /none that is allowed/],
    [['make', 'f32', '1', '1', '512', '/nonexistent', 'out'], 1, /nonexistent: No such file/],
    [['verify'], 2, /gk4-convert make/],
  ])('wrong use %j ends with %d and says what', (args, status, message) => {
    const run = convert(...args);
    expect(run.status).toBe(status);
    expect(run.stderr).toMatch(message);
  });
});

describe('bytes from outside', () => {
  test('mutations of files and GGUF blocks neither crash nor deceive', { timeout: 120_000 }, async () => {
    const seeds = join(scratch, 'seeds');
    const python = spawnSync('python3', [join(KERNELS_DIRECTORY, 'fuzz/gk4_seeds.py'), seeds], { encoding: 'utf8' });
    expect(python).toMatchObject({ status: 0, stderr: '' });
    const paths = readdirSync(seeds)
      .sort()
      .map((name) => join(seeds, name));
    const run = await runSelfTest(GRAVITON5, join(KERNELS_DIRECTORY, 'build/aarch64'), {
      program: 'gk4-mutations',
      args: ['1000', ...paths],
    });
    expect(run).toMatchObject({ status: 0, stdout: `PASS: ${1000 * paths.length} mutations\n` });
  });
});

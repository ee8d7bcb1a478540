import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { EMULATED_PROCESSORS, runSelfTest } from '../../scripts/kernels/emulated-processors';
import { buildKernelBundle, KERNELS_DIRECTORY, makeKernels } from '../../scripts/kernels/kernel-build';

let bundle: string;
beforeAll(() => {
  bundle = buildKernelBundle();
}, 180_000);

function disassemble(variant: string): string {
  const object = join(bundle, `lib/libgraviton_kernels_${variant}.so`);
  const result = spawnSync('llvm-objdump-19', ['-d', '--no-show-raw-insn', '--mattr=+all', object], {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  expect(result.status).toBe(0);
  return result.stdout;
}

describe('bf16, attention and elementwise kernels', () => {
  test('BFMMLA multiplies and BFCVTN rounds in the variant that may use them, and in no other', () => {
    const listing = disassemble('neon_i8mm_bf16');
    expect(listing).toMatch(/\tbfmmla\t/);
    expect(listing).toMatch(/\tbfcvtn\t/);
    for (const variant of ['scalar', 'neon_dotprod']) {
      expect(disassemble(variant)).not.toMatch(/\tbf(mmla|cvtn?|dot)\t/);
    }
  });

  test(
    'the scalar variant, whose fused products are emulated off Arm, passes on this machine',
    { timeout: 120_000 },
    () => {
      makeKernels(['host']);
      const result = spawnSync(join(KERNELS_DIRECTORY, 'build/host/bin/graviton-kernels-selftest'), {
        encoding: 'utf8',
      });
      expect(result.stdout).toMatch(/\nPASS scalar: \d+ checks, 0 failed/);
      expect(result.status).toBe(0);
    },
  );

  test('BFMMLA and its emulation agree: the variants are checked together', { timeout: 60_000 }, async () => {
    const processor = EMULATED_PROCESSORS.find(({ name }) => name === 'graviton4-5-like')!;
    const run = await runSelfTest(processor, bundle);
    expect(run.stdout).toMatch(/\nPASS neon_i8mm_bf16: .*same bits as the variants above\n/);
  });
});

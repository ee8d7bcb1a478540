import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { EMULATED_PROCESSORS, runSelfTest } from '../../scripts/kernels/emulated-processors';
import { buildKernelBundle, readManifest } from '../../scripts/kernels/kernel-build';

/** Linux arch/arm64/include/uapi/asm/hwcap.h. */
const HWCAP_BITS: Record<string, { readonly word: 0 | 1; readonly bit: bigint }> = {
  asimddp: { word: 0, bit: 1n << 20n },
  i8mm: { word: 1, bit: 1n << 13n },
  bf16: { word: 1, bit: 1n << 14n },
};

type Words = readonly [hwcap: bigint, hwcap2: bigint];

let bundle: string;
let requires: Record<string, string[]>;
beforeAll(() => {
  bundle = buildKernelBundle();
  requires = Object.fromEntries(
    readManifest(bundle).files.flatMap((file) => (file.variant ? [[file.variant, file.requires ?? []]] : [])),
  );
}, 180_000);

async function detect(cpus: readonly Words[]): Promise<string[]> {
  const input = cpus.map(([hwcap, hwcap2]) => `${hwcap.toString(16)} ${hwcap2.toString(16)}\n`).join('');
  const run = await runSelfTest(EMULATED_PROCESSORS[0], bundle, { args: ['--detect-stdin'], input });
  expect(run.status).toBe(0);
  return run.stdout.trim().split('\n');
}

function has(words: Words, feature: string): boolean {
  const { word, bit } = HWCAP_BITS[feature];
  return (words[word] & bit) !== 0n;
}

/** The best variant by what the manifest promises, not by what the C code says. */
function allowed(words: Words): string {
  const order = ['neon_i8mm_bf16', 'neon_dotprod', 'scalar'];
  return order.find((variant) => requires[variant].every((feature) => has(words, feature))) ?? 'none';
}

/** Random words, each needed bit then forced on, forced off or left: else all three would rarely meet. */
const words: fc.Arbitrary<Words> = fc
  .tuple(
    fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }),
    fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }),
    fc.record({
      asimddp: fc.constantFrom('on', 'off', 'left'),
      i8mm: fc.constantFrom('on', 'off', 'left'),
      bf16: fc.constantFrom('on', 'off', 'left'),
    }),
  )
  .map(([hwcap, hwcap2, forced]) => {
    const both: [bigint, bigint] = [hwcap, hwcap2];
    for (const [feature, how] of Object.entries(forced)) {
      const { word, bit } = HWCAP_BITS[feature];
      both[word] = how === 'on' ? both[word] | bit : how === 'off' ? both[word] & ~bit : both[word];
    }
    return both;
  });

describe('dispatch', () => {
  test('never chooses a variant whose features are not all there', { timeout: 60_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(words, { minLength: 100, maxLength: 400 }), async (cpus) => {
        expect(await detect(cpus)).toEqual(cpus.map(allowed));
      }),
      { numRuns: 25 },
    );
  });

  test('each needed bit alone, and all but one, on and off', { timeout: 20_000 }, async () => {
    const bits = Object.values(HWCAP_BITS);
    const cpus = Array.from({ length: 1 << bits.length }, (_, subset): Words => {
      const chosen = bits.filter((_bit, index) => subset & (1 << index));
      const word = (number: 0 | 1) => chosen.reduce((sum, { word: w, bit }) => (w === number ? sum | bit : sum), 0n);
      return [word(0), word(1)];
    });
    const found = await detect(cpus);
    expect(found).toEqual(cpus.map(allowed));
    expect(found.filter((variant) => variant === 'neon_i8mm_bf16')).toHaveLength(1);
  });

  test.each([
    ['a Cortex-A72', 0x410fd083n, 'scalar'],
    ['a Neoverse N1', 0x413fd0c1n, 'neon_dotprod'],
    ['a Neoverse V1', 0x411fd401n, 'neon_i8mm_bf16'],
    ['a Neoverse V2', 0x410fd4f0n, 'neon_i8mm_bf16'],
    ['a Neoverse V3', 0x410fd840n, 'neon_i8mm_bf16'],
    ['part 0xd0c of another maker', 0x483fd0c1n, 'neon_i8mm_bf16'],
    ['an unknown core', 0n, 'neon_i8mm_bf16'],
  ])('%s whose words promise everything gets what the core has', { timeout: 20_000 }, async (_core, midr, variant) => {
    const input = `ffffffffffffffff ffffffffffffffff ${midr.toString(16)}\n`;
    const run = await runSelfTest(EMULATED_PROCESSORS[0], bundle, { args: ['--detect-stdin'], input });
    expect(run).toMatchObject({ status: 0, stdout: `${variant}\n` });
  });

  test('no MIDR raises a choice', { timeout: 60_000 }, async () => {
    const cpus = fc.array(fc.tuple(words, fc.bigInt({ min: 0n, max: (1n << 32n) - 1n })), {
      minLength: 200,
      maxLength: 400,
    });
    const order = ['scalar', 'neon_dotprod', 'neon_i8mm_bf16'];
    await fc.assert(
      fc.asyncProperty(cpus, async (sample) => {
        const input = sample
          .map(([[a, b], midr]) => `${a.toString(16)} ${b.toString(16)} ${midr.toString(16)}\n`)
          .join('');
        const run = await runSelfTest(EMULATED_PROCESSORS[0], bundle, { args: ['--detect-stdin'], input });
        const raised = run.stdout
          .trim()
          .split('\n')
          .filter((variant, index) => order.indexOf(variant) > order.indexOf(allowed(sample[index][0])));
        expect(raised).toEqual([]);
      }),
      { numRuns: 10 },
    );
  });

  test('--hwcap and --hwcap2 ask the same function', { timeout: 20_000 }, async () => {
    const args = ['--hwcap', '0x100000', '--hwcap2', '6000'];
    const run = await runSelfTest(EMULATED_PROCESSORS[0], bundle, { args });
    expect(run).toMatchObject({ status: 0, stdout: 'neon_i8mm_bf16\n' });
  });

  test('the manifest and the dispatcher name the same features', { timeout: 20_000 }, async () => {
    const run = await runSelfTest(EMULATED_PROCESSORS[0], bundle, { args: ['--list'] });
    const listed = run.stdout
      .trim()
      .split('\n')
      .map((line) => /^(\w+) requires=(\S+) /.exec(line) ?? []);
    expect(Object.fromEntries(listed.map(([, name, list]) => [name, list === '-' ? [] : list.split(',')]))).toEqual(
      requires,
    );
  });
});

import { beforeAll, describe, expect, test } from 'vitest';
import { EMULATED_PROCESSORS, EmulatedProcessor, runSelfTest } from '../../scripts/kernels/emulated-processors';
import { buildKernelBundle, makeKernels, KERNELS_DIRECTORY } from '../../scripts/kernels/kernel-build';

const VARIANTS = ['scalar', 'neon_dotprod', 'neon_i8mm_bf16'];
const LIMIT = 'GRAVITON_KERNELS_MAX_VARIANT';

let bundle: string;
beforeAll(() => {
  bundle = buildKernelBundle();
}, 180_000);

function processor(name: string): EmulatedProcessor {
  const found = EMULATED_PROCESSORS.find((candidate) => candidate.name === name);
  if (!found) {
    throw new Error(`no emulated processor is named ${name}`);
  }
  return found;
}

function lines(text: string, start: string): string[] {
  return text.split('\n').filter((line) => line.startsWith(start));
}

describe.each(EMULATED_PROCESSORS)('self-test as $name', (emulated) => {
  const runnable = VARIANTS.slice(0, VARIANTS.indexOf(emulated.expectedVariant) + 1);

  test(`chooses ${emulated.expectedVariant} and passes every variant up to it`, { timeout: 60_000 }, async () => {
    const run = await runSelfTest(emulated, bundle);
    expect(run).toMatchObject({ status: 0, stderr: '' });
    expect(lines(run.stdout, 'chosen: ')).toEqual([`chosen: ${emulated.expectedVariant}`]);
    const passed = lines(run.stdout, 'PASS ').map((line) => /^PASS (\w+): (\d+) checks, 0 failed/.exec(line));
    expect(passed.map((match) => match?.[1])).toEqual(runnable);
    passed.forEach((match) => expect(Number(match?.[2])).toBeGreaterThan(20_000));
    expect(run.stdout.trimEnd().split('\n').pop()).toMatch(/^PASS: [123] variants? checked$/);
  });

  test('lists what it can run', { timeout: 20_000 }, async () => {
    const run = await runSelfTest(emulated, bundle, { args: ['--list'] });
    const runs = run.stdout
      .trim()
      .split('\n')
      .filter((line) => line.endsWith('runs=yes'));
    expect(runs.map((line) => line.split(' ')[0])).toEqual(runnable);
  });

  test.each(VARIANTS)(`${LIMIT}=%s only lowers`, { timeout: 60_000 }, async (limit) => {
    const run = await runSelfTest(emulated, bundle, { env: { [LIMIT]: limit } });
    const lower = VARIANTS[Math.min(VARIANTS.indexOf(limit), runnable.length - 1)];
    expect(run.status).toBe(0);
    expect(lines(run.stdout, 'detected: ')).toEqual([`detected: ${emulated.expectedVariant}`]);
    expect(lines(run.stdout, 'chosen: ')).toEqual([`chosen: ${lower}`]);
  });
});

describe('self-test', () => {
  test('the SMMLA variant forced on Graviton2 dies by SIGILL', { timeout: 20_000 }, async () => {
    const run = await runSelfTest(processor('graviton2'), bundle, { args: ['--variant', 'neon_i8mm_bf16'] });
    expect(run).toMatchObject({ status: null, signal: 'SIGILL' });
    expect(lines(run.stdout, 'forced: ')).toEqual(['forced: neon_i8mm_bf16']);
  });

  test('the SDOT variant forced on a CPU without it dies by SIGILL', { timeout: 20_000 }, async () => {
    const run = await runSelfTest(processor('no-dotprod'), bundle, { args: ['--variant', 'neon_dotprod'] });
    expect(run).toMatchObject({ status: null, signal: 'SIGILL' });
  });

  test.each(VARIANTS)('%s alone passes where it can run', { timeout: 60_000 }, async (variant) => {
    const run = await runSelfTest(processor('graviton4-5-like'), bundle, { args: ['--variant', variant] });
    expect(run.status).toBe(0);
    expect(run.stdout).toContain(`PASS ${variant}:`);
  });

  test('a fault in the reference is found in every variant', { timeout: 60_000 }, async () => {
    const run = await runSelfTest(processor('graviton4-5-like'), bundle, { args: ['--perturb-reference'] });
    expect(run.status).toBe(1);
    expect(lines(run.stdout, 'FAIL ').map((line) => line.split(/[ :]/)[1])).toEqual(VARIANTS);
    expect(run.stdout).toMatch(/\nFAIL: 3 variants checked\n$/);
  });

  test.each([
    [['--variant', 'sve2'], {}, /--variant takes a name that --list prints: got sve2/],
    [['--hwcap', 'xyz'], {}, /capability word is a hexadecimal number .*: got xyz/],
    [['extra'], {}, /no argument is taken: got extra/],
    [['--nonsense'], {}, /--nonsense/],
    [[], { [LIMIT]: 'avx512' }, /GRAVITON_KERNELS_MAX_VARIANT takes a name .*: got avx512/],
  ])('wrong use %j %j ends with status 2 and says what', { timeout: 20_000 }, async (args, env, message) => {
    const run = await runSelfTest(processor('graviton2'), bundle, { args, env });
    expect(run.status).toBe(2);
    expect(run.stderr).toMatch(message);
  });

  test('AddressSanitizer and UndefinedBehaviorSanitizer find nothing', { timeout: 600_000 }, async () => {
    makeKernels(['sanitized']);
    // The leak checker stops threads by ptrace, which qemu-user does not offer.
    const env = { ASAN_OPTIONS: 'detect_leaks=0' };
    const directory = `${KERNELS_DIRECTORY}/build/sanitized/aarch64`;
    const run = await runSelfTest(processor('graviton4-5-like'), directory, { env });
    expect(run).toMatchObject({ status: 0, stderr: '' });
    expect(run.stdout).toContain('PASS: 3 variants checked');
  });
});

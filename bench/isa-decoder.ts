import { matchWords } from '../lib/kernels/isa/word-matcher';

/** 50 MB of code, as large as the largest library of an inference engine. */
const MEGABYTES = 50;
const WORDS = (MEGABYTES * 1_000_000) / 4;
const ROUNDS = 5;

/** The shapes of code that the decoder meets: words by a rule, from random bits. */
const SHAPES: Record<string, (random: number) => number> = {
  'random words': (random) => random,
  // Data processing, loads, stores and branches: what most code is made of.
  'general code': (random) => (random & 0x1fffffff) | 0x90000000,
  'Advanced SIMD only': (random) => (random & 0x71ffffff) | 0x0e000000,
  'SVE only, the slowest': (random) => (random & 0xe1ffffff) | 0x04000000,
};

function main(): void {
  process.stdout.write(
    `Decodes ${MEGABYTES} MB of code; the best of ${ROUNDS} runs, on this machine with Node ${process.version}.\n`,
  );
  matchWords(Int32Array.of(0));
  for (const [name, shape] of Object.entries(SHAPES)) {
    const words = fill(shape);
    const seconds = Math.min(...Array.from({ length: ROUNDS }, () => timeOf(() => matchWords(words))));
    process.stdout.write(`${name.padEnd(24)}${(MEGABYTES / seconds).toFixed(0).padStart(5)} MB/s\n`);
  }
}

function fill(shape: (random: number) => number): Int32Array {
  const words = new Int32Array(WORDS);
  let state = 20261123;
  for (let index = 0; index < WORDS; index += 1) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    words[index] = shape(state);
  }
  return words;
}

function timeOf(action: () => unknown): number {
  const start = performance.now();
  action();
  return (performance.now() - start) / 1000;
}

main();

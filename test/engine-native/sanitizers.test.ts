import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { EMULATED_PROCESSORS } from '../../scripts/kernels/emulated-processors';
import { KERNELS_DIRECTORY, makeKernels } from '../../scripts/kernels/kernel-build';
import { writeVocabularyFile } from '../../scripts/tokenizer-peers/vocabulary-file';
import { schemaGrammar } from '../../server/grammar/json-grammar';
import { answersOf, ModelFolder, promptOf } from './engine-case';
import { GrammarProgram } from './grammar/grammar-program';
import { RandomSchemas } from './grammar/random-schema';
import { randomBpe } from './grammar/random-vocabulary';
import { RandomModelOptions } from './random-model';
import { runEngine } from './run-engine';

let models: ModelFolder;
beforeAll(() => {
  models = new ModelFolder();
});
afterAll(() => models.remove());

describe('under the sanitizers', () => {
  const SHAPE = {
    layers: 1,
    width: 32,
    hidden: 32,
    heads: 2,
    kvHeads: 1,
    headWidth: 16,
    vocabulary: 20,
    contextLength: 64,
  };
  const SEEDS: RandomModelOptions[] = [
    { shape: SHAPE, type: 'Q8_0' },
    { shape: { ...SHAPE, architecture: 'qwen2' }, type: 'Q4_0', tied: true },
    { shape: { ...SHAPE, architecture: 'qwen3' }, type: 'BF16' },
  ];

  test('3000 damaged models neither crash the engine nor leak', { timeout: 300_000 }, () => {
    makeKernels(['engine-host-sanitized']);
    const paths = SEEDS.map((options, i) => models.write(`seed-${i}`, options).path);
    const program = join(KERNELS_DIRECTORY, 'build/host-address/host/bin/graviton-engine-mutations');
    const { status, stdout, stderr } = spawnSync(program, ['1000', '2000', ...paths], { encoding: 'utf8' });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    const { mutations, loaded } = JSON.parse(stdout) as { mutations: number; loaded: number };
    expect(mutations).toBe(3000);
    // Else the mutations would never have got past the header, or never into it.
    expect(loaded).toBeGreaterThan(300);
    expect(loaded).toBeLessThan(2000);
  });

  test('grammars, whole and damaged, neither crash nor leak', { timeout: 300_000 }, async () => {
    makeKernels(['engine-host-sanitized']);
    const { vocabulary } = randomBpe(11, 100);
    const path = models.path('vocabulary');
    writeVocabularyFile(path, vocabulary);
    const program = new GrammarProgram(path, 'host-address/host');
    let refused = 0;
    for (let seed = 0; seed < 150; seed++) {
      const random = new RandomSchemas(seed);
      const words = schemaGrammar(random.schema());
      if (seed % 2 === 1) {
        words[random.below(words.length)] = random.pick([0, 1, 255, 65_535, 2 ** 24, 2 ** 32 - 1, random.below(4000)]);
      }
      const begun = await program.ask(`begin ${words.join()}`);
      refused += begun.startsWith('GE_ERROR') ? 1 : 0;
      for (let step = 0; step < 12 && begun.startsWith('ok'); step++) {
        const allowed = /^[0-9a-f]+$/.test(await program.ask('mask')) ? [...(await program.allowed())] : [];
        await program.accept(allowed.length > 0 ? random.pick(allowed) : random.below(400));
      }
    }
    expect(await program.end()).toEqual({ end: 0, errors: '' });
    // Some of the damage is seen when a grammar is read, and some can only be lived with.
    expect(refused).toBeGreaterThan(5);
    expect(refused).toBeLessThan(70);
  });

  test('three threads race nowhere', { timeout: 300_000 }, () => {
    makeKernels(['engine-host-sanitized', 'SANITIZERS=thread']);
    const { path } = models.write('raced', { type: 'Q8_0' });
    const commands = [
      ...['open', 'open', 'submit 0 max_tokens=9 temperature=1 tokens=1,2,3,4,5,6,7,8,9'],
      ...['submit 1 max_tokens=20 tokens=1,2,3', 'run', 'take 0', 'take 1'],
    ];
    const build = 'host-thread/host';
    const { status, stderr, answers } = runEngine(path, commands, { build, options: ['--threads=3', '--weights=gk4'] });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(answers.at(-1)?.tokens).toHaveLength(20);
  });

  test.each(['filed', 'gk4'])(
    'an answer on Arm64 has the bits of this machine, weights %s',
    { timeout: 600_000 },
    (weights) => {
      makeKernels(['engine-host', 'engine-sanitized']);
      const { path } = models.write('on-arm64', { type: 'Q8_0' });
      const commands = [
        ...['open', 'open', `submit 0 max_tokens=5 temperature=1 tokens=${promptOf(30).join()}`],
        ...['submit 1 max_tokens=7 tokens=1,2,3', 'run', 'take 0', 'logits 0', 'take 1', 'logits 1'],
      ];
      const options = [`--weights=${weights}`, '--threads=2'];
      const run = runEngine(path, commands, {
        options,
        processor: EMULATED_PROCESSORS[3],
        build: 'sanitized/aarch64',
        // The leak checker stops threads in a way that qemu does not emulate; natively it looks above.
        env: { ASAN_OPTIONS: 'detect_leaks=0' },
      });
      expect({ status: run.status, stderr: run.stderr }).toEqual({ status: 0, stderr: '' });
      expect(run.answers).toEqual(answersOf(path, commands, { options }));
    },
  );
});

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { EMULATED_PROCESSORS } from '../../scripts/kernels/emulated-processors';
import { makeKernels } from '../../scripts/kernels/kernel-build';
import { answersOf, logitBits, ModelFolder, promptOf } from './engine-case';
import { RandomModelOptions } from './random-model';
import { EngineRunOptions } from './run-engine';

let models: ModelFolder;
beforeAll(() => {
  makeKernels(['engine', 'engine-host']);
  models = new ModelFolder();
}, 300_000);
afterAll(() => models.remove());

/** Longer than a page of the KV cache. */
const LONG = promptOf(270);
const REQUEST = `submit 0 max_tokens=6 temperature=0.9 top_p=0.95 repetition_penalty=1.1 seed=7 log_probabilities=1 likeliest=5 tokens=${LONG.join()}`;
const READ = ['take 0', 'logits 0', 'take 1', 'logits 1'];

const ALONE = ['open', REQUEST, 'run', ...READ.slice(0, 2)];
const OTHERS = [
  `submit 1 max_tokens=9 temperature=1.2 top_k=20 seed=3 tokens=${promptOf(33, 5).join()}`,
  `submit 2 max_tokens=4 tokens=${promptOf(130, 2).join()}`,
];
const TOGETHER = ['open', 'open', 'open', OTHERS[0], 'step', REQUEST, OTHERS[1], 'run', ...READ];
const OTHER_ALONE = ['open', 'open', OTHERS[0], 'run', ...READ.slice(2)];

interface Outcome {
  readonly tokens: number[];
  readonly logProbabilities: number[];
  readonly likeliest: [number, number][][];
  readonly logits: string;
}

/** What each slot that was read got. */
function outcomesOf(path: string, commands: readonly string[], run: EngineRunOptions): Outcome[] {
  const answers = answersOf(path, commands, run);
  const bits = logitBits(answers);
  return answers.flatMap(({ tokens = [], logProbabilities = [], likeliest = [] }) =>
    tokens.length === 0 ? [] : [{ tokens, logProbabilities, likeliest, logits: bits.shift() ?? '' }],
  );
}

const MODELS: Record<string, { readonly model: RandomModelOptions; readonly options: readonly string[] }> = {
  bf16: { model: { type: 'BF16' }, options: [] },
  q8_0: { model: { shape: { architecture: 'qwen2' }, type: 'Q8_0' }, options: [] },
  q4_0: { model: { type: 'Q4_0', outputType: 'Q8_0' }, options: [] },
  gk4: { model: { shape: { architecture: 'qwen3', hidden: 608 }, type: 'F16' }, options: ['--weights=gk4'] },
};

describe.each(Object.entries(MODELS))('the bits of a request to a %s model', (name, { model, options }) => {
  let path: string;
  let alone: Outcome[];
  beforeAll(() => {
    path = models.write(name, model).path;
    alone = outcomesOf(path, ALONE, { options });
  });

  test('are those of 6 tokens that differ from the greedy ones', () => {
    expect(alone).toHaveLength(1);
    expect(alone[0].tokens).toHaveLength(6);
    expect(alone[0].likeliest.map((each) => each.length)).toEqual(Array(6).fill(5));
    const greedy = outcomesOf(path, ['open', REQUEST.replace('0.9', '0'), 'run', 'take 0', 'logits 0'], { options });
    expect(greedy[0].tokens).not.toEqual(alone[0].tokens);
  });

  test('do not depend on what else is in the batch', () => {
    const [first, second] = outcomesOf(path, TOGETHER, { options });
    expect([first]).toEqual(alone);
    expect([second]).toEqual(outcomesOf(path, OTHER_ALONE, { options }));
  });

  test.each([4, 7, 64, 257])('do not depend on steps of at most %d tokens', (most) => {
    const cut = [...options, `--batch-tokens=${most}`];
    expect(outcomesOf(path, ALONE, { options: cut })).toEqual(alone);
    expect(outcomesOf(path, TOGETHER, { options: cut })[0]).toEqual(alone[0]);
  });

  test.each([2, 3])('do not depend on %d threads', (threads) => {
    expect(outcomesOf(path, TOGETHER, { options: [...options, `--threads=${threads}`] })[0]).toEqual(alone[0]);
  });

  test('do not depend on how the prompt was submitted', () => {
    const parts = [LONG.slice(0, 3), LONG.slice(3, 200)].flatMap((part) => [
      `submit 0 max_tokens=0 tokens=${part.join()}`,
      'run',
    ]);
    const last = REQUEST.replace(LONG.join(), LONG.slice(200).join());
    expect(outcomesOf(path, ['open', ...parts, last, 'run', ...READ.slice(0, 2)], { options })).toEqual(alone);
  });

  test('do not depend on what the slot held before', () => {
    const before = [`submit 0 max_tokens=9 tokens=${promptOf(300, 8).join()}`, 'run'];
    const kept = [`submit 0 max_tokens=5 tokens=${[...LONG.slice(0, 100), 1, 2, 3].join()}`, 'run', 'rewind 0 100'];
    const rest = REQUEST.replace(LONG.join(), LONG.slice(100).join());
    const commands = ['open', ...before, 'close 0', 'open', ...kept, rest, 'run', ...READ.slice(0, 2)];
    expect(outcomesOf(path, commands, { options })).toEqual(alone);
  });

  test.each(EMULATED_PROCESSORS)('are the same on $name, with two threads', (processor) => {
    const run = { processor, options: [...options, '--threads=2'] };
    const [info] = answersOf(path, ['info'], run);
    expect(info.variant).toBe(processor.expectedVariant);
    expect(outcomesOf(path, ALONE, run)).toEqual(alone);
  });
});

test('a variant by name only lowers the choice', () => {
  const { path } = models.write('variant', { type: 'BF16' });
  const graviton2 = EMULATED_PROCESSORS[1];
  const variantOf = (name: string) =>
    answersOf(path, ['info'], { processor: graviton2, options: [`--variant=${name}`] })[0].variant;
  expect(variantOf('neon_i8mm_bf16')).toBe('neon_dotprod');
  expect(variantOf('scalar')).toBe('scalar');
});

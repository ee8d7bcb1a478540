import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeKernels } from '../../scripts/kernels/kernel-build';
import { answersOf, ModelFolder, promptOf, relativeError } from './engine-case';
import { RandomModel } from './random-model';
import { ReferenceTransformer } from './reference/transformer';
import { EngineAnswer, runEngine } from './run-engine';

let models: ModelFolder;
let path: string;
let model: RandomModel;
beforeAll(() => {
  makeKernels(['engine-host']);
  models = new ModelFolder();
  ({ path, model } = models.write('slots', { type: 'BF16' }));
}, 300_000);
afterAll(() => models.remove());

/** The last answer to commands, which may be an error. */
function last(commands: readonly string[], options: readonly string[] = []): EngineAnswer | undefined {
  const { status, answers } = runEngine(path, commands, { options });
  expect(status).toBe(0);
  expect(answers).toHaveLength(commands.length);
  return answers.at(-1);
}

test('the engine tells what it runs', () => {
  expect(answersOf(path, ['info'], { options: ['--slots=3', '--threads=2', '--cache-tokens=1000'] })).toEqual([
    {
      ok: true,
      architecture: 'llama',
      variant: 'scalar',
      vocabulary: 100,
      embeddingLength: 64,
      layers: 2,
      contextLength: 640,
      trainedContextLength: 640,
      slots: 3,
      threads: 2,
      // 2 layers of 64 x (64 + 32 + 32 + 64 + 3 * 96) and 104 x 64 outputs (100 filled up to 8), each in 2 bytes.
      weightsBytes: 2 * (2 * 64 * 480 + 104 * 64),
      // Keys and values of 2 heads of 16, in 2 layers, each in 2 bytes.
      cacheBytesPerToken: 2 * 2 * 16 * 2 * 2,
      cacheTokens: 1000,
    },
  ]);
});

test('the file behind a model can be read for its tokenizer', () => {
  expect(last(['text tokenizer.ggml.pre'])).toEqual({ ok: true, text: 'default' });
  expect(last(['text tokenizer.ggml.tokens'])).toMatchObject({ ok: false });
});

describe('options', () => {
  test.each([
    ['--slots=0', /0 slots; 1\.\.1024/],
    ['--threads=0', /0 threads/],
    ['--batch-tokens=3', /batches of 3 tokens; 4 \(the slots\)\.\.8192/],
    ['--context=641', /trained for 640, .* ask for at most 640/],
    ['--context=2000000', /at most 1048576/],
  ])('%s is refused', (option, message) => {
    const { status, answers } = runEngine(path, [], { options: [option] });
    expect(status).toBe(1);
    expect(answers[0]).toMatchObject({ status: 'GE_ERROR_ARGUMENT', error: expect.stringMatching(message) });
  });

  test('a variant of no name is refused', () => {
    const { answers } = runEngine(path, [], { options: ['--variant=sve'] });
    expect(answers[0]).toMatchObject({ status: 'GE_ERROR_KERNELS', error: expect.stringContaining('sve') });
  });

  test('the context ends where a sliding window would begin to', () => {
    const windowed = models.write('windowed', { shape: { slidingWindow: 128 } }).path;
    expect(answersOf(windowed, ['info'])[0].contextLength).toBe(128);
    const { answers } = runEngine(windowed, [], { options: ['--context=129'] });
    expect(answers[0].error).toContain('with a window of 128');
  });
});

describe('slots', () => {
  test('are given out once, and again after they are closed', () => {
    const options = ['--slots=2'];
    expect(last(['open', 'open', 'open'], options)).toMatchObject({ status: 'GE_ERROR_BUSY' });
    expect(last(['open', 'open', 'close 0', 'open'], options)).toMatchObject({ ok: true, slot: 0 });
  });

  test.each([
    ['take 0', /not open/],
    ['submit 0 tokens=1', /not open/],
    ['close 0', /not open/],
    ['close 4', /no slot 4/],
  ])('%s needs an open slot', (command, message) => {
    expect(last([command])).toMatchObject({ ok: false, error: expect.stringMatching(message) });
  });

  test.each([
    ['submit 0 tokens=2', 'GE_ERROR_STATE', /at work/],
    ['rewind 0 0', 'GE_ERROR_STATE', /at work/],
    ['logits 0', 'GE_ERROR_STATE', /no logits/],
    ['embedding 0', 'GE_ERROR_STATE', /no embedding/],
    ['constrain 0 1,2', 'GE_ERROR_ARGUMENT', /100 tokens take 4/],
  ])('%s does not fit a slot at work', (command, status, message) => {
    expect(last(['open', 'submit 0 tokens=1', command])).toMatchObject({
      status,
      error: expect.stringMatching(message),
    });
  });

  test('have no answer before a request', () => {
    expect(last(['open', 'take 0'])).toMatchObject({ status: 'GE_ERROR_STATE' });
  });

  test('cannot be rewound past their end', () => {
    expect(last(['open', 'submit 0 max_tokens=2 tokens=1,2', 'run', 'rewind 0 5'])).toMatchObject({
      status: 'GE_ERROR_ARGUMENT',
      error: expect.stringContaining('holds 4 tokens'),
    });
  });
});

describe('requests that no answer follows', () => {
  test.each([
    ['tokens=100', /not in 0\.\.99/],
    ['max_tokens=1', /without tokens/],
    ['tokens=1 stop=100', /not in 0\.\.99/],
    [`tokens=${promptOf(641).join()}`, /641 tokens follow 0 in a context of 640/],
    ['tokens=1 temperature=-1', /temperature/],
    ['tokens=1 temperature=nan', /temperature/],
    ['tokens=1 top_p=1.1', /top_p/],
    ['tokens=1 min_p=nan', /min_p/],
    ['tokens=1 repetition_penalty=0', /repetition_penalty/],
    ['tokens=1 presence_penalty=1000', /presence_penalty/],
    ['tokens=1 bias=100:1', /bias/],
    ['tokens=1 bias=1:inf', /bias/],
  ])('%s', (words, message) => {
    expect(last(['open', `submit 0 ${words}`])).toMatchObject({
      status: 'GE_ERROR_ARGUMENT',
      error: expect.stringMatching(message),
    });
  });
});

describe('the KV cache', () => {
  const options = ['--cache-tokens=512'];
  const page = `max_tokens=0 tokens=${promptOf(200).join()}`;

  test('is set aside by whole pages, and given back', () => {
    const two = ['open', 'open', 'open', `submit 0 ${page}`, `submit 1 ${page}`];
    expect(last([...two, 'submit 2 tokens=1'], options)).toMatchObject({
      status: 'GE_ERROR_BUSY',
      error: 'the KV cache has 0 pages of 256 tokens left; the request needs 1',
    });
    expect(last([...two, 'run', 'submit 2 tokens=1'], options)).toMatchObject({ ok: false });
    expect(last([...two, 'run', 'close 1', 'submit 2 tokens=1'], options)).toMatchObject({ ok: true });
  });

  test('is set aside for the whole answer, of which the unused part comes back', () => {
    const long = `max_tokens=400 tokens=1 stop=${Array.from({ length: 100 }, (_, i) => i).join()}`;
    const first = ['open', 'open', `submit 0 ${long}`];
    expect(last([...first, 'submit 1 tokens=1'], options)).toMatchObject({ status: 'GE_ERROR_BUSY' });
    expect(last([...first, 'run', 'submit 1 tokens=1'], options)).toMatchObject({ ok: true });
    expect(last([...first, 'step', 'cancel 0', 'submit 1 tokens=1'], options)).toMatchObject({ ok: true });
  });

  test('has room for others where a slot was rewound, which keeps what it computed before', () => {
    const long = ['open', 'open', `submit 0 max_tokens=0 tokens=${promptOf(500).join()}`, 'run'];
    expect(last([...long, `submit 1 ${page}`], options)).toMatchObject({ status: 'GE_ERROR_BUSY' });
    const shared = [
      ...long,
      'rewind 0 200',
      `submit 1 ${page}`,
      'run',
      'submit 0 max_tokens=8 tokens=7',
      'run',
      'take 0',
    ];
    const alone = ['open', `submit 0 max_tokens=8 tokens=${[...promptOf(200), 7].join()}`, 'run', 'take 0'];
    expect(last(shared, options)).toEqual(last(alone));
    expect(last(alone)?.tokens).toHaveLength(8);
  });

  test('is never larger than full slots make it', () => {
    const [info] = answersOf(path, ['info', 'open', 'submit 0 tokens=1', 'run'], {
      options: ['--slots=2', '--cache-tokens=18446744073709551615'],
    });
    expect(info.cacheTokens).toBe(2 * 768);
  });
});

test('a step counts what it did', () => {
  const commands = [
    'open',
    'open',
    `submit 0 max_tokens=3 tokens=${promptOf(9).join()}`,
    'submit 1 max_tokens=2 tokens=1',
  ];
  const steps = answersOf(path, [...commands, 'step', 'step', 'step', 'step', 'step'], {
    options: ['--batch-tokens=6'],
  });
  expect(steps.slice(4)).toEqual([
    { ok: true, promptTokens: 6, generatedTokens: 1, workingSlots: 2 },
    { ok: true, promptTokens: 4, generatedTokens: 2, workingSlots: 1 },
    { ok: true, promptTokens: 0, generatedTokens: 1, workingSlots: 1 },
    { ok: true, promptTokens: 0, generatedTokens: 1, workingSlots: 0 },
    { ok: true, promptTokens: 0, generatedTokens: 0, workingSlots: 0 },
  ]);
});

test('prompts are computed in the order in which they came', () => {
  const late = `submit 0 max_tokens=1 tokens=${promptOf(20).join()}`;
  const early = `submit 1 max_tokens=1 tokens=${promptOf(20, 3).join()}`;
  const answers = answersOf(path, ['open', 'open', early, late, 'step', 'step', 'take 0', 'take 1'], {
    options: ['--batch-tokens=10'],
  });
  expect(answers[6]).toMatchObject({ finish: 'none', tokens: [] });
  expect(answers[7]).toMatchObject({ finish: 'length' });
});

describe('embeddings', () => {
  const tokens = promptOf(30);

  test('are the mean of the hidden states, or the last', () => {
    const states = new ReferenceTransformer(model.shape, model.tensors).hidden(tokens);
    const mean = states[0].map((_, i) => states.reduce((sum, state) => sum + state[i], 0) / states.length);
    const embed = (pooling: number) =>
      last(['open', `submit 0 max_tokens=0 pooling=${pooling} tokens=${tokens.join()}`, 'run', 'embedding 0'])
        ?.embedding ?? '';
    expect(relativeError(embed(1), mean)).toBeLessThan(0.02);
    expect(relativeError(embed(2), states[29])).toBeLessThan(0.02);
    expect(relativeError(embed(2), mean)).toBeGreaterThan(0.1);
  });

  test('do not depend on chunks or threads, and cover only what was submitted', () => {
    const whole = `submit 0 max_tokens=0 pooling=1 tokens=${tokens.join()}`;
    const expected = last(['open', whole, 'run', 'embedding 0']);
    expect(last(['open', whole, 'run', 'embedding 0'], ['--batch-tokens=7', '--threads=3'])).toEqual(expected);
    const before = ['open', 'submit 0 max_tokens=2 tokens=1,2', 'run', 'rewind 0 0'];
    expect(last([...before, whole, 'run', 'embedding 0'])).toEqual(expected);
    expect(last([...before.slice(0, 3), whole, 'run', 'embedding 0'])).not.toEqual(expected);
  });
});

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeKernels } from '../../scripts/kernels/kernel-build';
import { answersOf, logitBits, ModelFolder, promptOf } from './engine-case';
import { floatsOf, runEngine } from './run-engine';

const PROMPT = promptOf(12);
const VOCABULARY = 100;
/** Draws of the statistics below: a probability of 0.25 is then met within 0.011, one standard deviation. */
const DRAWS = 1500;

let models: ModelFolder;
let path: string;
let logits: number[];
beforeAll(() => {
  makeKernels(['engine-host']);
  models = new ModelFolder();
  path = models.write('sampling', {}).path;
  const prompt = `submit 0 max_tokens=0 tokens=${PROMPT.join()}`;
  logits = floatsOf(logitBits(answersOf(path, ['open', prompt, 'run', 'logits 0']))[0]);
}, 300_000);
afterAll(() => models.remove());

function softmax(values: readonly number[], temperature = 1): number[] {
  const most = Math.max(...values);
  const powers = values.map((value) => Math.exp((value - most) / temperature));
  const sum = powers.reduce((total, power) => total + power, 0);
  return powers.map((power) => power / sum);
}

/** First tokens of the answer with each of many seeds. */
function draw(settings: string): number[] {
  const commands = Array.from({ length: DRAWS }, (_, seed) => [
    `submit 0 max_tokens=1 seed=${seed} ${settings} tokens=${seed === 0 ? PROMPT.join() : PROMPT.at(-1)}`,
    'run',
    'take 0',
    `rewind 0 ${PROMPT.length - 1}`,
  ]);
  return answersOf(path, ['open', ...commands.flat()]).flatMap(({ tokens = [] }) => tokens);
}

/** The probabilities that top_k, top_p and min_p leave, by their definition. */
function kept(probabilities: readonly number[], { topK = VOCABULARY, topP = 1, minP = 0 }): Map<number, number> {
  const sorted = [...probabilities.entries()].sort((a, b) => b[1] - a[1]).slice(0, topK);
  const mass = sorted.reduce((sum, [, probability]) => sum + probability, 0);
  let before = 0;
  const left = sorted.filter(([, probability]) => {
    const isKept = before < topP * mass && probability >= minP * sorted[0][1];
    before += probability;
    return isKept;
  });
  const total = left.reduce((sum, [, probability]) => sum + probability, 0);
  return new Map(left.map(([token, probability]) => [token, probability / total]));
}

/** Pearson's statistic in standard deviations from its mean: within 4 when the draws follow the probabilities. */
function misfit(tokens: readonly number[], expected: ReadonlyMap<number, number>): number {
  const counts = new Map<number, number>();
  tokens.forEach((token) => counts.set(token, (counts.get(token) ?? 0) + 1));
  const parts = [...expected].map(([token, probability]) => {
    const mean = probability * tokens.length;
    return ((counts.get(token) ?? 0) - mean) ** 2 / mean;
  });
  const freedom = expected.size - 1;
  return (parts.reduce((sum, part) => sum + part, 0) - freedom) / Math.sqrt(2 * freedom);
}

describe('draws follow the probabilities', () => {
  test.each([
    ['temperature=1', { temperature: 1 }],
    ['temperature=0.6', { temperature: 0.6 }],
    ['temperature=1 top_k=5', { temperature: 1, topK: 5 }],
    ['temperature=1.3 top_p=0.7', { temperature: 1.3, topP: 0.7 }],
    ['temperature=0.8 min_p=0.2', { temperature: 0.8, minP: 0.2 }],
    ['temperature=1.5 top_k=40 top_p=0.6 min_p=0.3', { temperature: 1.5, topK: 40, topP: 0.6, minP: 0.3 }],
  ])('%s', (settings, { temperature, ...limits }) => {
    const expected = kept(softmax(logits, temperature), limits);
    const tokens = draw(settings);
    expect(tokens.filter((token) => !expected.has(token))).toEqual([]);
    expect(misfit(tokens, expected)).toBeLessThan(4);
  });

  test('the statistic notices another temperature', () => {
    expect(misfit(draw('temperature=0.5'), kept(softmax(logits), {}))).toBeGreaterThan(4);
  });

  test('a top_p of 0 and a top_k of 1 leave the likeliest token', () => {
    const likeliest = logits.indexOf(Math.max(...logits));
    expect(new Set(draw('temperature=1 top_p=0'))).toEqual(new Set([likeliest]));
    expect(new Set(draw('temperature=1 top_k=1'))).toEqual(new Set([likeliest]));
  });
});

interface Step {
  readonly token: number;
  readonly logProbability: number;
  readonly likeliest?: [number, number][];
  /** The logits that it was chosen by. */
  readonly logits: number[];
}

/** An answer token by token, with the logits behind each. */
function follow(settings: string, count: number, mask?: string): Step[] {
  const commands = [
    'open',
    `submit 0 max_tokens=${count} log_probabilities=1 ${settings} tokens=${PROMPT.join()}`,
    ...(mask === undefined ? [] : [`constrain 0 ${mask}`]),
    ...Array.from({ length: count }, () => ['step', 'logits 0', 'take 0']).flat(),
  ];
  const answers = answersOf(path, commands);
  const bits = logitBits(answers);
  return answers
    .filter(({ tokens }) => tokens !== undefined)
    .map(({ tokens = [], logProbabilities = [], likeliest: given = [] }, i) => ({
      token: tokens[0],
      logProbability: logProbabilities[0],
      likeliest: given[0],
      logits: floatsOf(bits[i]),
    }));
}

function likeliest(scores: readonly number[]): number {
  return scores.indexOf(Math.max(...scores));
}

describe('greedy answers', () => {
  test('take the likeliest token, with its probability', () => {
    const steps = follow('', 8);
    expect(steps).toHaveLength(8);
    expect(steps.map(({ token }) => token)).toEqual(steps.map((step) => likeliest(step.logits)));
    steps.forEach(({ token, logProbability, logits: behind }) =>
      expect(logProbability).toBeCloseTo(Math.log(softmax(behind)[token]), 5),
    );
  });

  test('come with the likeliest tokens, by the logits before mask, bias and temperature', () => {
    const steps = follow('temperature=1.7 bias=5:8 repetition_penalty=2 likeliest=20', 6, '0x55555555,0x55555555,0,1');
    for (const { logits: behind, likeliest: given = [], logProbability, token } of steps) {
      const expected = softmax(behind).map((probability, id) => [id, Math.log(probability)] as const);
      expect(logProbability).toBeCloseTo(expected[token][1], 5);
      const sorted = expected.sort((a, b) => b[1] - a[1]).slice(0, 20);
      expect(given.map(([id]) => id)).toEqual(sorted.map(([id]) => id));
      given.forEach(([, value], place) => expect(value).toBeCloseTo(sorted[place][1], 5));
    }
    expect(steps).toHaveLength(6);
    expect(new Set(steps.map(({ token }) => token % 2))).toEqual(new Set([0]));
  });

  test('come with no more likeliest tokens than are allowed', () => {
    const commands = ['open', `submit 0 max_tokens=1 likeliest=21 tokens=${PROMPT.join()}`];
    const [, refused] = runEngine(path, commands).answers;
    expect(refused).toMatchObject({ ok: false, status: 'GE_ERROR_ARGUMENT' });
  });

  test('obey biases', () => {
    const steps = follow('bias=3:100,4:-5', 2);
    expect(steps.map(({ token }) => token)).toEqual([3, 3]);
    const first = likeliest(logits);
    const second = likeliest(logits.map((logit, token) => (token === first ? -Infinity : logit)));
    expect(follow(`bias=${first}:-inf`, 1)[0].token).toBe(second);
  });

  test('penalise tokens that occurred', () => {
    const penalty = 3;
    const steps = follow(`repetition_penalty=${penalty}`, 10);
    const expected = steps.map((step, i) => {
      const seen = new Set([...PROMPT, ...steps.slice(0, i).map(({ token }) => token)]);
      return likeliest(
        step.logits.map((logit, token) => (!seen.has(token) ? logit : logit > 0 ? logit / penalty : logit * penalty)),
      );
    });
    expect(steps.map(({ token }) => token)).toEqual(expected);
    expect(expected).not.toEqual(follow('', 10).map(({ token }) => token));
  });

  test('penalise repetition only within the window', () => {
    const steps = follow('repetition_penalty=50 repetition_window=2', 10);
    const expected = steps.map((step, i) => {
      const seen = new Set([...PROMPT, ...steps.slice(0, i).map(({ token }) => token)].slice(-2));
      return likeliest(
        step.logits.map((logit, token) => (!seen.has(token) ? logit : logit > 0 ? logit / 50 : logit * 50)),
      );
    });
    expect(steps.map(({ token }) => token)).toEqual(expected);
  });

  test('penalise presence and frequency in the answer, not in the prompt', () => {
    const steps = follow('presence_penalty=0.4 frequency_penalty=0.3', 16);
    const expected = steps.map((step, i) => {
      const answer = steps.slice(0, i).map(({ token }) => token);
      return likeliest(
        step.logits.map((logit, token) => {
          const count = answer.filter((other) => other === token).length;
          return logit - 0.3 * count - (count > 0 ? 0.4 : 0);
        }),
      );
    });
    expect(steps.map(({ token }) => token)).toEqual(expected);
    expect(expected).not.toEqual(follow('', 16).map(({ token }) => token));
  });

  test('keep to a mask', () => {
    const [step] = follow('', 1, '0,0,0x00000300,0');
    expect(step.token).toBe(logits[72] > logits[73] ? 72 : 73);
  });
});

describe('an answer ends', () => {
  const request = `submit 0 max_tokens=20 tokens=${PROMPT.join()}`;

  test('with a stop token, which is its last', () => {
    const tokens = follow('', 6).map(({ token }) => token);
    const stop = tokens[3];
    const [, , , taken] = answersOf(path, ['open', `${request} stop=99,${stop}`, 'run', 'take 0']);
    expect(taken).toMatchObject({ finish: 'stop', tokens: tokens.slice(0, tokens.indexOf(stop) + 1) });
  });

  test('at max_tokens', () => {
    const [, , , taken] = answersOf(path, ['open', request, 'run', 'take 0']);
    expect(taken).toMatchObject({ finish: 'length' });
    expect(taken.tokens).toHaveLength(20);
  });

  test('at the end of the context', () => {
    const [, , , taken, length] = answersOf(path, ['open', request, 'run', 'take 0', 'length 0'], {
      options: ['--context=15'],
    });
    expect(taken).toMatchObject({ finish: 'length' });
    expect(taken.tokens).toHaveLength(3);
    expect(length.length).toBe(15);
  });

  test('when no token is allowed', () => {
    const [, , , , taken] = answersOf(path, ['open', request, 'constrain 0 0,0,0,0', 'run', 'take 0']);
    expect(taken).toMatchObject({ finish: 'no_token', tokens: [] });
  });

  test('when the settings make a logit infinite, rather than with a token that nobody chose', () => {
    // The first token is drawn by a finite bias; the penalty below 1, of a token that occurred, then makes it larger.
    const settings = 'bias=7:3e38 repetition_penalty=0.01 temperature=1';
    const taken = answersOf(path, ['open', `submit 0 max_tokens=3 ${settings} tokens=1`, 'run', 'take 0'])[3];
    expect(taken).toMatchObject({ finish: 'not_numbers', tokens: [7] });
  });

  test('when it is cancelled, with what there was', () => {
    const answers = answersOf(path, ['open', request, 'step', 'step', 'cancel 0', 'take 0', 'length 0']);
    expect(answers[5]).toMatchObject({ finish: 'cancelled', tokens: follow('', 2).map(({ token }) => token) });
    expect(answers[6].length).toBe(PROMPT.length + 2);
  });
});

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { formatTable } from '../../scripts/bench-kernels/table';
import { EXAMPLE_SHAPE } from '../../scripts/example-model/example-model';
import { emulated, EMULATED_PROCESSORS } from '../../scripts/kernels/emulated-processors';
import { answerGreedily, buildEngines, Engine, EnginesBuild, GreedyAnswer } from '../../scripts/llama-cpp/engines';
import { COMPARED_TYPES, ComparedType, ensureExampleModels } from '../../scripts/llama-cpp/example-models';
import { fetchLlamaCpp } from '../../scripts/llama-cpp/packages';
import { compareAnswers, ComparedStep } from './compare';
import { examplePrompts } from './prompts';
import { referenceOf } from './reference';

const OURS: Engine = { name: 'ours' };
const TOKENS = 40;

/**
 * Largest relative error (root mean square) of the logits of one token, of either engine against the f64 reference with
 * the file's weights. Measured 2026-11-23: at most 0.049 with floats and 0.075 with blocks, both ours.
 */
const ERRORS: Record<ComparedType, number> = { F32: 0.06, F16: 0.06, BF16: 0.06, Q8_0: 0.09, Q4_0: 0.09 };

/**
 * A lead of the reference's likeliest token over the second that no error within the bound above takes away. An engine
 * prefers another token only when the difference of two logits' errors exceeds the lead. Errors of root mean square
 * e * length / sqrt(V) that are normal and independent have differences of sqrt(2) times that; six standard deviations
 * are passed once in 10^9.
 */
function decidedLead(type: ComparedType, { length }: ComparedStep): number {
  return (6 * Math.SQRT2 * ERRORS[type] * length) / Math.sqrt(EXAMPLE_SHAPE.vocabulary);
}

/** A row of what the tests print: runs, and root mean squares of errors. */
interface Summary {
  readonly type: string;
  readonly prompts: string;
  readonly runs: number;
  readonly equal: number;
  readonly steps: number;
  readonly decided: number;
  readonly ourError: string;
  readonly theirError: string;
}

const summaries: Summary[] = [];
const differences: string[] = [];
let build: EnginesBuild;
let models: Record<ComparedType, string>;
beforeAll(() => {
  build = buildEngines();
  models = ensureExampleModels();
});

afterAll(() => {
  const column = (title: string, value: (row: Summary) => string | number) => ({ title, value });
  console.log(
    formatTable(
      [
        column('weights', (row) => row.type),
        column('prompts', (row) => row.prompts),
        column('runs', (row) => row.runs),
        column('equal', (row) => row.equal),
        column('tokens', (row) => row.steps),
        column('decided', (row) => row.decided),
        column('error, ours', (row) => row.ourError),
        column('error, llama.cpp', (row) => row.theirError),
      ],
      summaries,
    ),
  );
  console.log(differences.join('\n'));
});

const isEqual = (steps: readonly ComparedStep[]): boolean => steps.every(({ ours, theirs }) => ours === theirs);

function rootMeanSquare(values: readonly number[]): string {
  return Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / values.length).toFixed(4);
}

function describeDifference(type: ComparedType, prompts: string, steps: readonly ComparedStep[]): string {
  const { ours, theirs, reference, lead, length } = steps[steps.length - 1];
  const side = reference === ours ? 'ours' : reference === theirs ? "llama.cpp's" : 'a third';
  const share = ((100 * lead) / length).toFixed(3);
  return `${type}, ${prompts}: token ${steps.length} differs; the reference prefers ${side}, by ${share} % of its logits`;
}

function decidedSteps(type: ComparedType, steps: readonly ComparedStep[]): ComparedStep[] {
  return steps.filter((step) => step.lead > decidedLead(type, step));
}

function summarise(type: ComparedType, prompts: string, runs: readonly ComparedStep[][]): Summary {
  const steps = runs.flat();
  return {
    type,
    prompts,
    runs: runs.length,
    equal: runs.filter(isEqual).length,
    steps: steps.length,
    decided: decidedSteps(type, steps).length,
    ourError: rootMeanSquare(steps.map(({ ourError }) => ourError)),
    theirError: rootMeanSquare(steps.map(({ theirError }) => theirError)),
  };
}

describe.skipIf(process.arch !== 'x64').each(COMPARED_TYPES)('with %s', (type) => {
  let compared: Record<'learned' | 'foreign', ComparedStep[][]>;
  beforeAll(() => {
    const reference = referenceOf(models[type]);
    const peer: Engine = { name: 'llama.cpp', directory: fetchLlamaCpp('x64') };
    const compare = (prompts: readonly number[][]): ComparedStep[][] => {
      const answersOf = (engine: Engine) => answerGreedily([build.host], engine, models[type], prompts, TOKENS);
      const [ours, theirs] = [OURS, peer].map(answersOf);
      return prompts.map((prompt, i) => compareAnswers(reference, prompt, ours[i], theirs[i]));
    };
    const { learned, foreign } = examplePrompts();
    compared = { learned: compare(learned), foreign: compare(foreign) };
    for (const prompts of ['learned', 'foreign'] as const) {
      const different = compared[prompts].filter((run) => !isEqual(run));
      summaries.push(summarise(type, prompts, compared[prompts]));
      differences.push(...different.map((run) => describeDifference(type, prompts, run)));
    }
  });

  test('logits of both engines stay within the bound of the f64 reference', () => {
    const steps = [...compared.learned, ...compared.foreign].flat();
    expect(Math.max(...steps.flatMap(({ ourError, theirError }) => [ourError, theirError]))).toBeLessThan(ERRORS[type]);
  });

  test('both engines choose the token of the reference wherever its lead decides', () => {
    const decided = decidedSteps(type, [...compared.learned, ...compared.foreign].flat());
    expect(decided.filter(({ ours, theirs, reference }) => ours !== reference || theirs !== reference)).toEqual([]);
  });

  test('the lead decides most tokens of what the model learned', () => {
    const steps = compared.learned.flat();
    expect(decidedSteps(type, steps).length / steps.length).toBeGreaterThan(0.8);
  });
});

describe('on Arm64, emulated', () => {
  const processor = EMULATED_PROCESSORS[EMULATED_PROCESSORS.length - 1];
  const command = () => [...emulated(processor), build.arm64];

  test.each(['BF16', 'Q8_0', 'Q4_0'] as const)('the tokens with %s are those of llama.cpp too', (type) => {
    const prompts = examplePrompts().learned.slice(0, 4);
    const peer: Engine = { name: 'llama.cpp', directory: fetchLlamaCpp('arm64') };
    const answersOf = (words: string[], engine: Engine): GreedyAnswer[] =>
      answerGreedily(words, engine, models[type], prompts, 24);
    const ours = answersOf(command(), OURS);
    expect(ours).toEqual(answersOf([build.host], OURS));
    const reference = referenceOf(models[type]);
    const theirs = answersOf(command(), peer);
    const steps = prompts.flatMap((prompt, i) => compareAnswers(reference, prompt, ours[i], theirs[i]));
    const decided = decidedSteps(type, steps);
    expect(decided.length / steps.length).toBeGreaterThan(0.8);
    expect(decided.filter((step) => step.ours !== step.theirs)).toEqual([]);
  });
});

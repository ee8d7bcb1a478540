import { encodePlanned, LlamaFamilyShape, shapeMetadata } from '../gguf/llama-family';
import { bool, text, tokenizerMetadata } from '../gguf/metadata';
import { TensorTypeName } from '../gguf/tensor-types';
import { writeGguf } from '../gguf/write-gguf';
import { BytePairTokenizer } from './byte-pair-tokenizer';
import { BEGIN, CHAT_TEMPLATE, CONTROLS, END, lessons, licenceParagraphs } from './corpus';
import { randomNumbers } from './random-numbers';
import { Transformer } from './transformer';

/** The smallest that learns the licence by heart: 107 000 weights. */
export const EXAMPLE_SHAPE: LlamaFamilyShape = {
  architecture: 'llama',
  layers: 2,
  width: 64,
  hidden: 128,
  heads: 4,
  kvHeads: 2,
  headWidth: 16,
  vocabulary: 512,
  contextLength: 256,
  ropeBase: 10000,
  epsilon: 1e-5,
};

/** Tokens of a sequence, a multiple of 4, and sequences of a step. */
const [SEQUENCE, BATCH] = [96, 3];
const RATE = 6e-3;
const STEPS_OF_WARM_UP = 20;
const SEED = 1;
const CONTROL_TYPE = 3;
const NORMAL_TYPE = 1;

export interface TrainingOptions {
  /** Steps of Adam. */
  readonly steps: number;
  /** @param loss of a token, in nats, the mean of the last steps */
  readonly onProgress?: (step: number, loss: number) => void;
}

export interface ExampleModelOptions extends TrainingOptions {
  /** How the matrices are stored. */
  readonly type: TensorTypeName;
}

/** What training leaves, to be written with matrices of any type. */
export interface TrainedExampleModel {
  encode(type: TensorTypeName): Buffer;
}

/** Trains the example model, and writes it. The same options give the same bytes. */
export function exampleModel({ type, ...training }: ExampleModelOptions): Buffer {
  return trainExampleModel(training).encode(type);
}

/** Trains the example model. The same number of steps gives the same weights. */
export function trainExampleModel({ steps, onProgress }: TrainingOptions): TrainedExampleModel {
  const paragraphs = licenceParagraphs();
  const tokenizer = new BytePairTokenizer(paragraphs.join('\n'), CONTROLS, EXAMPLE_SHAPE.vocabulary);
  const random = randomNumbers(SEED);
  const model = new Transformer(EXAMPLE_SHAPE, random);
  const next = sequences(lessons(paragraphs, tokenizer), random);
  let mean = Math.log(EXAMPLE_SHAPE.vocabulary);
  for (let step = 1; step <= steps; step++) {
    for (let i = 0; i < BATCH; i++) {
      mean += (model.study(next()) - mean) / 50;
    }
    const rate = RATE * Math.min(1, step / STEPS_OF_WARM_UP) * (0.02 + 0.98 * (1 - step / steps));
    model.learn(rate, step);
    onProgress?.(step, mean);
  }
  return { encode: (type) => fileOf(model, tokenizer, type) };
}

/** Sequences that begin where a lesson does, or anywhere in it, and go on with the following lessons. */
function sequences(all: readonly number[][], random: () => number): () => number[] {
  const below = (limit: number): number => Math.floor(((random() + 1) / 2) * limit);
  return () => {
    const first = below(all.length);
    const start = random() < 0 ? 0 : below(all[first].length);
    const tokens = all[first].slice(start);
    for (let i = first + 1; tokens.length <= SEQUENCE; i++) {
      tokens.push(...all[i % all.length]);
    }
    return tokens.slice(0, SEQUENCE + 1);
  };
}

function fileOf(model: Transformer, tokenizer: BytePairTokenizer, type: TensorTypeName): Buffer {
  const { tokens, merges } = tokenizer;
  const metadata = {
    ...shapeMetadata(EXAMPLE_SHAPE),
    'general.name': text('example'),
    'general.license': text('apache-2.0'),
    ...tokenizerMetadata({
      model: 'gpt2',
      pre: 'gpt-2',
      tokens,
      types: tokens.map((token) => (CONTROLS.includes(token) ? CONTROL_TYPE : NORMAL_TYPE)),
      merges,
      bos: tokenizer.number(BEGIN),
      eos: tokenizer.number(END),
      chatTemplate: CHAT_TEMPLATE,
    }),
    'tokenizer.ggml.add_bos_token': bool(true),
  };
  const tensors = [...model.parameters.values()].map(({ plan, values }) =>
    encodePlanned(plan, Float32Array.from(values), type),
  );
  return writeGguf({ metadata, tensors });
}

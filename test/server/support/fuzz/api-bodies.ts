import * as fc from 'fast-check';
import { JsonText, strangeValue } from './strange-json';

/** A request of the API: its path, and a body that may be none. */
export interface ApiCase {
  readonly path: string;
  readonly body: string;
}

const SAMPLING = [
  'temperature',
  'top_p',
  'top_k',
  'min_p',
  'repetition_penalty',
  'presence_penalty',
  'frequency_penalty',
];
const COMMON = ['model', 'stream', 'stream_options', 'n', 'user', 'metadata', 'seed', 'logit_bias', 'stop', 'logprobs'];
const STRANGE = [
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  '',
  'tools',
  'functions',
  'prompt ',
  'grammar',
];

/** Each route with a body that is answered, and the fields that it may have. */
const ROUTES = [
  {
    path: '/v1/completions',
    valid: { model: '"example"', prompt: '"You may"', max_tokens: '6' },
    fields: ['prompt', 'max_tokens', 'best_of', 'echo', 'suffix', ...COMMON, ...SAMPLING],
  },
  {
    path: '/v1/chat/completions',
    valid: { model: '"example"', messages: '[{"role":"user","content":"You may"}]', max_tokens: '6' },
    fields: [
      ...['messages', 'max_tokens', 'max_completion_tokens', 'store', 'response_format', 'top_logprobs', 'tool_choice'],
      ...COMMON,
      ...SAMPLING,
    ],
  },
  {
    path: '/v1/embeddings',
    valid: { model: '"example"', input: '"License"' },
    fields: ['model', 'input', 'encoding_format', 'dimensions', 'user'],
  },
] as const;

/** Values that are right, of fields that decide what an answer is. */
const RIGHT: Readonly<Record<string, readonly JsonText[]>> = {
  temperature: ['0', '0.7', '2', '1e-30', 'null'],
  top_p: ['0', '0.5', '1', '1e-300'],
  top_k: ['0', '1', '40', '16777216'],
  min_p: ['0', '0.05', '1'],
  repetition_penalty: ['1', '1.3', '10', '1e-300'],
  presence_penalty: ['-2', '0', '2'],
  frequency_penalty: ['-2', '0', '2'],
  seed: ['0', '-1', '9007199254740991', '-9007199254740991'],
  logit_bias: ['{}', '{"257":-100}', '{"34":100}', '{"0":-100,"1":-99.9}'],
  stop: ['" "', '["a","e","i"]', '[]', '"\\u0000"', '"\\ud800"', 'null'],
  stream: ['true', 'false', 'null'],
  stream_options: ['{"include_usage":true}', '{}', 'null'],
  max_tokens: ['1', '2', '100', 'null'],
  max_completion_tokens: ['1', '20', 'null'],
  prompt: ['"x"', '"\\u0000"', '"\\ud800"', '"<|im_end|>"', '[0]', '[256,34]', '"\\ud83d\\ude00 \u6f22"'],
  messages: ['[{"role":"user","content":[{"type":"text","text":"x"}]}]', '[{"role":"user","content":"<|im_end|>"}]'],
  input: ['"x"', '["x","y"]', '[34,35]', '[[34],[35,36]]', '"\\ud800"'],
  encoding_format: ['"float"', '"base64"', 'null'],
  dimensions: ['64', 'null'],
  n: ['1', '2', '4', 'null'],
  user: ['"x"', 'null'],
};

/** Messages whose parts are strange, in place of messages that are. */
const strangeMessages: fc.Arbitrary<JsonText> = fc
  .array(
    fc.oneof(
      fc
        .tuple(fc.constantFrom('"user"', '"system"', '"assistant"', '"tool"'), strangeValue)
        .map(([role, content]) => `{"role":${role},"content":${content}}`),
      strangeValue.map((role) => `{"role":${role},"content":"x"}`),
      strangeValue.map((part) => `{"role":"user","content":[{"type":"text","text":"x"},${part}]}`),
      fc
        .tuple(fc.constantFrom('name', 'tool_calls', 'refusal', '__proto__'), strangeValue)
        .map(([key, value]) => `{"role":"user","content":"x","${key}":${value}}`),
      strangeValue,
    ),
    { maxLength: 4 },
  )
  .map((messages) => `[${messages.join()}]`);

function valueOf(field: string): fc.Arbitrary<JsonText> {
  const strange = field === 'messages' ? strangeMessages : strangeValue;
  return Object.hasOwn(RIGHT, field) ? fc.oneof(fc.constantFrom(...RIGHT[field]), strange) : strange;
}

/** Bodies that are right but for some of their fields. */
const nearlyRight: fc.Arbitrary<ApiCase> = fc.constantFrom(...ROUTES).chain(({ path, valid, fields }) => {
  const name = fc.oneof(
    { weight: 8, arbitrary: fc.constantFrom<string>(...fields) },
    { weight: 1, arbitrary: fc.constantFrom(...STRANGE) },
  );
  const field = name.chain((key) => fc.tuple(fc.constant(key), valueOf(key)));
  return fc
    .tuple(fc.array(field, { minLength: 1, maxLength: 3 }), fc.boolean(), fc.boolean())
    .map(([changes, duplicates, stream]) => {
      const before = Object.entries<string>({
        ...valid,
        ...(stream && path !== '/v1/embeddings' ? { stream: 'true' } : {}),
      });
      const kept = before.filter(([key]) => duplicates || !changes.some(([changed]) => changed === key));
      const members = [...kept, ...changes].map(([key, value]) => `${JSON.stringify(key)}:${value}`);
      return { path, body: `{${members.join()}}` };
    });
});

/** Bodies that are nothing that was meant. */
const anything: fc.Arbitrary<ApiCase> = fc.record({
  path: fc.constantFrom(...ROUTES.map(({ path }) => path)),
  body: fc.oneof(strangeValue, fc.string({ unit: 'binary' }), fc.json()),
});

export const apiCase: fc.Arbitrary<ApiCase> = fc.oneof(
  { weight: 9, arbitrary: nearlyRight },
  { weight: 1, arbitrary: anything },
);

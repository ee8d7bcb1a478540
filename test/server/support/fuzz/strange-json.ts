import * as fc from 'fast-check';

/** The text of a JSON value, or of what only looks like one. */
export type JsonText = string;

const NUMBERS = ['0', '-0', '-1', '1', '2', '16', '0.5', '1.0', '1e0', '-0.0001', '1e308', '1e999', '-1e999', '1e-400'];
const LIMITS = ['255', '256', '257', '258', '16777216', '16777217', '4294967295', '4294967296', '-9007199254740993'];
const WORDS = ['null', 'true', 'false', '"true"', '"1"', 'NaN', 'undefined', '01', '+1', '.5', '1.'];

const STRINGS = [
  ...['""', '" "', '"\\u0000"', '"a\\u0000b"', '"\\ud800"', '"\\udc00\\ud800"', '"\\ufdd0x\\ufdd1"', '"\\uffff"'],
  ...['"<|im_start|>system\\n"', '"<s></s><unk>"', '"<0x00>"', '"\\u202e\\u200d\\ufeff"', '"e\\u0301\\u0301\\u0301"'],
  ...['"model"', '"example"', '"__proto__"', '"user"', '"assistant"', '"tool"', '"json_object"', '"base64"', '"auto"'],
  ...['"\t"', '"\\x41"', '"\\u12"', '"unterminated', '"\\ud83d\\ude00"'],
];

const ARRAYS = ['[]', '[[]]', '[null]', '[""]', '["x"]', '["x","y"]', '[["x"]]', '[-1]', '[0.5]', '[256,34]', '[257]'];
const TOKENS = ['[258]', '[4294967296]', '[1e300]', '[[256,34],[34]]', '[[256],["x"]]', '[true]', '[{}]', '[0,', '[,]'];

const OBJECTS = [
  ...['{}', '{"__proto__":{"polluted":1}}', '{"constructor":{"prototype":{"polluted":1}}}', '{"a":1,"a":2}'],
  ...[
    '{"0":100}',
    '{"257":-100}',
    '{"258":1}',
    '{"99999999":1}',
    '{"-1":1}',
    '{"0":"x"}',
    '{"1e1":1}',
    '{"00034":-100}',
  ],
  ...['{"34":-100,"034":100}', '{"0":101}', '{"include_usage":true}', '{"include_usage":1}', '{"type":"text"}', '{'],
  ...['{"type":"json_object"}', '{"type":"text","text":"x"}', '{"type":"json_schema","json_schema":{}}'],
];

const size = fc.constantFrom(17, 300, 1025, 2049, 5000, 100_000);
const large = fc.oneof(
  size.map((count) => `"${'x'.repeat(count)}"`),
  size.map((count) => `"${'\\ud83d\\ude00'.repeat(count / 12)}"`),
  size.map((count) => `[${Array(count).fill('34').join()}]`),
  size.map((count) => `[${Array(count).fill('"x"').join()}]`),
  size.map((count) => `${'['.repeat(count)}${']'.repeat(count)}`),
  size.map((count) => `${'{"a":'.repeat(count)}1${'}'.repeat(count)}`),
  fc
    .constantFrom(258, 1024, 1025)
    .map((count) => JSON.stringify(Object.fromEntries(Array(count).entries()), () => -100)),
  fc
    .constantFrom(255, 256)
    .map((count) => `{${Array.from({ length: count + 1 }, (_, token) => `"${token}":-100`).join()}}`),
);

/** Any value of any field, of a kind that somebody may have got wrong, or wants to. */
export const strangeValue: fc.Arbitrary<JsonText> = fc.oneof(
  fc.constantFrom(...NUMBERS, ...LIMITS, ...WORDS),
  fc.constantFrom(...STRINGS),
  fc.constantFrom(...ARRAYS, ...TOKENS),
  fc.constantFrom(...OBJECTS),
  large,
  fc.jsonValue({ maxDepth: 4 }).map((value) => JSON.stringify(value)),
  fc.string({ unit: 'binary', maxLength: 40 }).map((text) => JSON.stringify(text)),
  fc
    .string({
      unit: fc.constantFrom('\\ud800', 'a', '\\udfff', '\\n', ' ', '\u00e9', '\u6f22', '<|', '|>'),
      maxLength: 30,
    })
    .map((text) => `"${text}"`),
  fc.double().map(String),
);

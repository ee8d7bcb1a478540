import { Arithmetic } from './processors';

/** One kernel at one shape. */
export interface BenchCase {
  /** As the driver spells it. */
  readonly kernel: string;
  /** M, N, K; queries, keys, head dimension; or rows, elements. */
  readonly shape: readonly number[];
  /** What a count is divided by. */
  readonly unit: 'instructions per MAC' | 'instructions per element';
  /** Multiply-adds, or elements, of one operation. */
  readonly work: number;
  /** Undefined for a kernel that is not a product. */
  readonly arithmetic?: Arithmetic;
}

/** Rows of the activations: one token being decoded up to a prompt. */
const ROWS = [1, 4, 8, 16, 64, 256];
const N = 1024;
const K = 4096;
export const KEYS = 512;
export const HEAD_DIMENSION = 128;
export const ELEMENTS = 4096;

/** What the table shows. */
export const BENCH_CASES: readonly BenchCase[] = [
  ...ROWS.map((m) => product('gk4', 'int8', m, N, K)),
  ...ROWS.map((m) => product('i8', 'int8', m, N, K)),
  ...ROWS.map((m) => product('block8', 'int8', m, N, K)),
  ...ROWS.map((m) => product('bf16', 'bf16', m, N, K)),
  attention('attention_prefill', 64, KEYS),
  attention('attention_decode', 1, KEYS),
  ...['rms_norm', 'softmax', 'swiglu', 'rope'].map((kernel) => elementwise(kernel, ELEMENTS)),
];

/** Small enough to be counted in every run of the tests; odd sizes take the paths of tails. */
export const RATCHET_CASES: readonly BenchCase[] = [
  ...['gk4', 'i8', 'block8', 'bf16'].flatMap((kernel) => {
    const arithmetic = kernel === 'bf16' ? 'bf16' : 'int8';
    return [1, 4, 7, 8, 16, 64].map((m) => product(kernel, arithmetic, m, 32, 1024));
  }),
  attention('attention_prefill', 64, 64),
  attention('attention_prefill', 5, 67),
  attention('attention_decode', 1, 67),
  attention('attention_decode', 1, KEYS),
  ...['rms_norm', 'softmax', 'swiglu'].flatMap((kernel) => [elementwise(kernel, 517), elementwise(kernel, ELEMENTS)]),
  elementwise('rope', ELEMENTS),
];

/** As the driver takes it on its command line. */
export function caseText({ kernel, shape }: BenchCase): string {
  return `${kernel}:${shape.join(',')}`;
}

export const PRODUCT_COLUMNS = N;
export const PRODUCT_DEPTH = K;

function product(kernel: string, arithmetic: Arithmetic, m: number, n: number, k: number): BenchCase {
  return { kernel, shape: [m, n, k], unit: 'instructions per MAC', work: m * n * k, arithmetic };
}

/** Scores and weighted values: a multiply-add each for a query, a key and a dimension. */
function attention(kernel: string, queries: number, keys: number): BenchCase {
  const work = 2 * queries * keys * HEAD_DIMENSION;
  return { kernel, shape: [queries, keys, HEAD_DIMENSION], unit: 'instructions per MAC', work, arithmetic: 'bf16' };
}

function elementwise(kernel: string, elements: number): BenchCase {
  return { kernel, shape: [1, elements], unit: 'instructions per element', work: elements };
}

import { encodeModel, Graph, Initializer, Node, TensorType } from './onnx-model';

/** Contrib operators: docs/ContribOperators.md of ONNX Runtime. */
const CONTRIB = 'com.microsoft';

/** How often a small operation is repeated in its graph, so that the cost of starting a run is shared (driver: CHAIN). */
const CHAIN = 8;

/** The columns of the products and the sizes of the rest, as the benchmark runs them. */
export interface ModelShapes {
  readonly n: number;
  readonly k: number;
  readonly keys: number;
  readonly headDimension: number;
  readonly elements: number;
}

/**
 * What ONNX Runtime runs for each kernel, by the kernel's name.
 *
 * - gk4: MatMulNBits of 4 bits in blocks of 32, with int8 activations (accuracy_level 4)
 * - i8: DynamicQuantizeMatMul with a scale for each column
 * - bf16: MatMul of f32 weights; the session option of the driver lets it use bf16
 * - attention: MultiHeadAttention of f32 with one head
 */
export function onnxModels(shapes: ModelShapes): Record<string, Buffer> {
  const attention = chained(CHAIN, attentionStep, attentionConstants(shapes));
  const graphs: Record<string, Graph> = {
    gk4: fourBitProduct(shapes),
    i8: int8Product(shapes),
    bf16: floatProduct(shapes),
    attention_prefill: chained(1, attentionStep, attentionConstants(shapes)),
    attention_decode: attention,
    rms_norm: chained(
      CHAIN,
      (input, output) => [
        {
          operator: 'SimplifiedLayerNormalization',
          inputs: [input, 'gain'],
          output,
          floats: { epsilon: 1e-6 },
        },
      ],
      [floats('gain', [shapes.elements])],
    ),
    softmax: chained(CHAIN, (input, output) => [{ operator: 'Softmax', inputs: [input], output }], []),
    swiglu: chained(CHAIN, swigluStep, [floats('up', [1, 1, shapes.elements])]),
    rope: rope(shapes),
  };
  return Object.fromEntries(Object.entries(graphs).map(([kernel, graph]) => [kernel, encodeModel(graph)]));
}

/** The same operation again and again, each on what the one before gave. */
function chained(
  length: number,
  step: (input: string, output: string) => Node[],
  initializers: readonly Initializer[],
): Graph {
  const name = (index: number) => (index === 0 ? 'x' : index === length ? 'y' : `x${index}`);
  const nodes = Array.from({ length }, (_, index) => step(name(index), name(index + 1))).flat();
  return { nodes, initializers };
}

function fourBitProduct({ n, k }: ModelShapes): Graph {
  const block = 32;
  const node: Node = {
    operator: 'MatMulNBits',
    domain: CONTRIB,
    inputs: ['x', 'weights', 'scales'],
    output: 'y',
    integers: { K: k, N: n, bits: 4, block_size: block, accuracy_level: 4 },
  };
  const weights = constant('weights', TensorType.UINT8, [n, k / block, block / 2], randomBytes((n * k) / 2));
  return { nodes: [node], initializers: [weights, floats('scales', [(n * k) / block])] };
}

function int8Product({ n, k }: ModelShapes): Graph {
  const node: Node = {
    operator: 'DynamicQuantizeMatMul',
    domain: CONTRIB,
    inputs: ['x', 'weights', 'scales'],
    output: 'y',
  };
  const weights = constant('weights', TensorType.INT8, [k, n], randomBytes(n * k));
  return { nodes: [node], initializers: [weights, floats('scales', [n])] };
}

function floatProduct({ n, k }: ModelShapes): Graph {
  const node: Node = { operator: 'MatMul', inputs: ['x', 'weights'], output: 'y' };
  return { nodes: [node], initializers: [floats('weights', [k, n])] };
}

function attentionStep(input: string, output: string): Node[] {
  const inputs = [input, 'keys', 'values'];
  return [{ operator: 'MultiHeadAttention', domain: CONTRIB, inputs, output, integers: { num_heads: 1 } }];
}

function attentionConstants({ keys, headDimension }: ModelShapes): Initializer[] {
  return ['keys', 'values'].map((name) => floats(name, [1, keys, headDimension]));
}

/** QuickGelu with alpha 1 is x * sigmoid(x). */
function swigluStep(input: string, output: string): Node[] {
  const gate = `gate_${output}`;
  return [
    { operator: 'QuickGelu', domain: CONTRIB, inputs: [input], output: gate, floats: { alpha: 1 } },
    { operator: 'Mul', inputs: [gate, 'up'], output },
  ];
}

function rope({ headDimension }: ModelShapes): Graph {
  const positions = 128;
  const position = 100;
  const tables = ['cos', 'sin'].map((name) => floats(name, [positions, headDimension / 2]));
  const index = Buffer.alloc(8);
  index.writeBigInt64LE(BigInt(position));
  return chained(
    CHAIN,
    (input, output) => [
      { operator: 'RotaryEmbedding', domain: CONTRIB, inputs: [input, 'position', 'cos', 'sin'], output },
    ],
    [constant('position', TensorType.INT64, [1, 1], index), ...tables],
  );
}

function constant(name: string, type: TensorType, shape: readonly number[], data: Uint8Array): Initializer {
  return { name, type, shape, data };
}

/** Values in -1..1, the same on every run. */
function floats(name: string, shape: readonly number[]): Initializer {
  const count = shape.reduce((product, length) => product * length, 1);
  const source = randomBytes(count * 2);
  const data = Buffer.alloc(count * 4);
  for (let index = 0; index < count; index += 1) {
    data.writeFloatLE(source.readInt16LE(index * 2) / 32768, index * 4);
  }
  return constant(name, TensorType.FLOAT, shape, data);
}

/** Xorshift of 32 bits (Marsaglia, 2003), always from the same start. */
function randomBytes(count: number): Buffer {
  const result = Buffer.alloc(count);
  let state = 2463534242;
  for (let index = 0; index < count; index += 1) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    result[index] = state >>> 24;
  }
  return result;
}

import { LlamaFamilyShape } from '../../../scripts/gguf/llama-family';
import { GgufTensor } from '../../../scripts/gguf/write-gguf';
import { decodeTensor } from './decode-tensor';

/** Rows of a matrix, by the names of the tensors. */
type Weights = Readonly<Record<string, Float64Array>>;

function multiply(matrix: Float64Array, vector: readonly number[]): number[] {
  const columns = vector.length;
  return Array.from({ length: matrix.length / columns }, (_, row) =>
    vector.reduce((sum, value, column) => sum + value * matrix[row * columns + column], 0),
  );
}

function add(a: readonly number[], b?: ArrayLike<number>): number[] {
  return a.map((value, i) => value + (b ? b[i] : 0));
}

function normalise(values: readonly number[], weight: Float64Array, epsilon: number): number[] {
  const mean = values.reduce((sum, value) => sum + value * value, 0) / values.length;
  return values.map((value, i) => (value / Math.sqrt(mean + epsilon)) * weight[i]);
}

function softmax(values: readonly number[]): number[] {
  const most = Math.max(...values);
  const powers = values.map((value) => Math.exp(value - most));
  const sum = powers.reduce((total, power) => total + power, 0);
  return powers.map((power) => power / sum);
}

function chunks(values: readonly number[], length: number): number[][] {
  return Array.from({ length: values.length / length }, (_, i) => values.slice(i * length, (i + 1) * length));
}

/**
 * A decoder of the Llama family in f64, as its papers have it: every token attends to itself and to all before it, and
 * nothing is quantised, cached or batched.
 *
 * Sources: H. Touvron et al. "Llama 2" (arXiv 2307.09288), A. Yang et al. "Qwen2" (arXiv 2407.10671) and "Qwen3"
 * (arXiv 2505.09388), J. Su et al. "RoFormer" (arXiv 2104.09864).
 */
export class ReferenceTransformer {
  private readonly weights: Weights;
  private readonly shape: LlamaFamilyShape;

  constructor(shape: LlamaFamilyShape, tensors: readonly GgufTensor[], exchanged: Weights = {}) {
    this.shape = shape;
    this.weights = {
      ...Object.fromEntries(tensors.map((tensor) => [tensor.name, decodeTensor(tensor)])),
      ...exchanged,
    };
  }

  /** The normalised hidden state after each token. */
  public hidden(tokens: readonly number[]): number[][] {
    const { width, layers, epsilon } = this.shape;
    const embedding = this.weights['token_embd.weight'];
    let states = tokens.map((token) => Array.from(embedding.subarray(token * width, (token + 1) * width)));
    for (let layer = 0; layer < layers; layer++) {
      states = this.runLayer(states, (name) => this.weights[`blk.${layer}.${name}`]);
    }
    return states.map((state) => normalise(state, this.weights['output_norm.weight'], epsilon));
  }

  /** The logits after each token. */
  public logits(tokens: readonly number[]): number[][] {
    const output = this.weights['output.weight'] ?? this.weights['token_embd.weight'];
    return this.hidden(tokens).map((state) => multiply(output, state));
  }

  private runLayer(states: readonly number[][], weight: (name: string) => Float64Array): number[][] {
    const { epsilon } = this.shape;
    const attended = this.attend(
      states.map((state) => normalise(state, weight('attn_norm.weight'), epsilon)),
      weight,
    );
    return states.map((state, i) => {
      const middle = add(state, multiply(weight('attn_output.weight'), attended[i]));
      const input = normalise(middle, weight('ffn_norm.weight'), epsilon);
      const up = multiply(weight('ffn_up.weight'), input);
      const gated = multiply(weight('ffn_gate.weight'), input).map((gate, j) => (gate / (1 + Math.exp(-gate))) * up[j]);
      return add(middle, multiply(weight('ffn_down.weight'), gated));
    });
  }

  private attend(inputs: readonly number[][], weight: (name: string) => Float64Array): number[][] {
    const { heads, kvHeads, headWidth } = this.shape;
    const project = (name: string) =>
      inputs.map((input) =>
        chunks(add(multiply(weight(`attn_${name}.weight`), input), weight(`attn_${name}.bias`)), headWidth),
      );
    const queries = this.place(project('q'), weight('attn_q_norm.weight'));
    const keys = this.place(project('k'), weight('attn_k_norm.weight'));
    const values = project('v');
    return inputs.map((_, token) =>
      Array.from({ length: heads }, (_unused, head) => {
        const shared = Math.floor((head * kvHeads) / heads);
        const scores = keys
          .slice(0, token + 1)
          .map((key) => key[shared].reduce((sum, k, i) => sum + k * queries[token][head][i], 0) / Math.sqrt(headWidth));
        const parts = softmax(scores);
        return Array.from({ length: headWidth }, (_none, i) =>
          parts.reduce((sum, part, other) => sum + part * values[other][shared][i], 0),
        );
      }).flat(),
    );
  }

  /** Norm of each head where the model has one, then its position. */
  private place(tokens: readonly number[][][], norm?: Float64Array): number[][][] {
    return tokens.map((heads, position) =>
      heads.map((head) => this.rotate(norm ? normalise(head, norm, this.shape.epsilon) : head, position)),
    );
  }

  private rotate(head: readonly number[], position: number): number[] {
    const { architecture, ropeBase, linearFactor = 1, rotated = head.length } = this.shape;
    const factors = this.weights['rope_freqs.weight'];
    const turned = [...head];
    for (let pair = 0; pair < rotated / 2; pair++) {
      const [first, second] = architecture === 'llama' ? [2 * pair, 2 * pair + 1] : [pair, pair + rotated / 2];
      const angle = (position * ropeBase ** ((-2 * pair) / rotated)) / linearFactor / (factors ? factors[pair] : 1);
      turned[first] = head[first] * Math.cos(angle) - head[second] * Math.sin(angle);
      turned[second] = head[first] * Math.sin(angle) + head[second] * Math.cos(angle);
    }
    return turned;
  }
}

import { LlamaFamilyShape } from '../gguf/llama-family';

/** Queries, keys and values of a sequence, a token a row, keys and queries turned by RoPE. */
export interface AttentionInputs {
  readonly queries: Float64Array;
  readonly keys: Float64Array;
  readonly values: Float64Array;
}

/** Turns pairs of elements by angles that grow with the position; `direction` -1 turns back. */
export function rotate(rows: Float64Array, heads: number, shape: LlamaFamilyShape, direction: 1 | -1): void {
  const { headWidth, ropeBase } = shape;
  for (let start = 0; start < rows.length; start += 2) {
    const angle = Math.floor(start / (heads * headWidth)) * ropeBase ** (-(start % headWidth) / headWidth);
    const [cosine, sine] = [Math.cos(angle), direction * Math.sin(angle)];
    const [x, y] = [rows[start], rows[start + 1]];
    rows[start] = x * cosine - y * sine;
    rows[start + 1] = x * sine + y * cosine;
  }
}

/** Causal attention with grouped queries, which remembers its weights for the way back. */
export class Attention {
  private readonly weights: Float64Array;
  private readonly count: number;
  private readonly group: number;
  private readonly scale: number;

  public constructor(
    private readonly shape: LlamaFamilyShape,
    private readonly inputs: AttentionInputs,
  ) {
    this.count = inputs.queries.length / (shape.heads * shape.headWidth);
    this.group = shape.heads / shape.kvHeads;
    this.scale = 1 / Math.sqrt(shape.headWidth);
    this.weights = new Float64Array(shape.heads * this.count * this.count);
  }

  public forward(): Float64Array {
    const { heads, headWidth } = this.shape;
    const { values } = this.inputs;
    const out = new Float64Array(this.inputs.queries.length);
    for (let head = 0; head < heads; head++) {
      for (let token = 0; token < this.count; token++) {
        const weights = this.weigh(head, token);
        const to = this.queryAt(head, token);
        for (let other = 0; other <= token; other++) {
          const from = this.keyAt(head, other);
          for (let i = 0; i < headWidth; i++) {
            out[to + i] += weights[other] * values[from + i];
          }
        }
      }
    }
    return out;
  }

  public backward(gradients: Float64Array): AttentionInputs {
    const { queries, keys, values } = this.inputs;
    const into: AttentionInputs = {
      queries: new Float64Array(queries.length),
      keys: new Float64Array(keys.length),
      values: new Float64Array(values.length),
    };
    for (let head = 0; head < this.shape.heads; head++) {
      for (let token = 0; token < this.count; token++) {
        this.tokenBackward(head, token, gradients, into);
      }
    }
    return into;
  }

  private tokenBackward(head: number, token: number, gradients: Float64Array, into: AttentionInputs): void {
    const { queries, keys, values } = this.inputs;
    const { headWidth } = this.shape;
    const at = this.queryAt(head, token);
    const weights = this.weightsOf(head, token);
    const ofWeights = new Float64Array(token + 1);
    let mean = 0;
    for (let other = 0; other <= token; other++) {
      const from = this.keyAt(head, other);
      for (let i = 0; i < headWidth; i++) {
        ofWeights[other] += gradients[at + i] * values[from + i];
        into.values[from + i] += weights[other] * gradients[at + i];
      }
      mean += weights[other] * ofWeights[other];
    }
    for (let other = 0; other <= token; other++) {
      const ofScore = weights[other] * (ofWeights[other] - mean) * this.scale;
      const from = this.keyAt(head, other);
      for (let i = 0; i < headWidth; i++) {
        into.queries[at + i] += ofScore * keys[from + i];
        into.keys[from + i] += ofScore * queries[at + i];
      }
    }
  }

  /** The softmax of the scores of a token's query. */
  private weigh(head: number, token: number): Float64Array {
    const { queries, keys } = this.inputs;
    const weights = this.weightsOf(head, token);
    const at = this.queryAt(head, token);
    let most = -Infinity;
    for (let other = 0; other <= token; other++) {
      const from = this.keyAt(head, other);
      let score = 0;
      for (let i = 0; i < this.shape.headWidth; i++) {
        score += queries[at + i] * keys[from + i];
      }
      weights[other] = score * this.scale;
      most = Math.max(most, weights[other]);
    }
    let sum = 0;
    for (let other = 0; other <= token; other++) {
      weights[other] = Math.exp(weights[other] - most);
      sum += weights[other];
    }
    for (let other = 0; other <= token; other++) {
      weights[other] /= sum;
    }
    return weights;
  }

  private weightsOf(head: number, token: number): Float64Array {
    const start = (head * this.count + token) * this.count;
    return this.weights.subarray(start, start + token + 1);
  }

  private queryAt(head: number, token: number): number {
    return (token * this.shape.heads + head) * this.shape.headWidth;
  }

  private keyAt(head: number, token: number): number {
    return (token * this.shape.kvHeads + Math.floor(head / this.group)) * this.shape.headWidth;
  }
}

import { TensorPlan } from '../gguf/llama-family';
import { addProduct, transposed } from './matrix';

/** Adam's constants (D. P. Kingma, J. Ba: Adam, https://arxiv.org/abs/1412.6980, 2014). */
const [DECAY_OF_MEAN, DECAY_OF_SQUARE, LEAST] = [0.9, 0.98, 1e-9];

/** A tensor that is trained. */
export class Parameter {
  public readonly gradient: Float64Array;
  private readonly mean: Float64Array;
  private readonly square: Float64Array;

  public constructor(
    public readonly plan: TensorPlan,
    public readonly values: Float64Array,
  ) {
    this.gradient = new Float64Array(values.length);
    this.mean = new Float64Array(values.length);
    this.square = new Float64Array(values.length);
  }

  /** The product of inputs, one a row, with this matrix. */
  public times(inputs: Float64Array): Float64Array {
    const { rows: columns, columns: depth } = this.plan;
    const rows = inputs.length / depth;
    const out = new Float64Array(rows * columns);
    addProduct(out, inputs, this.values, { rows, columns, depth });
    return out;
  }

  /** Takes the gradients of the products, and adds those of the inputs to `into`. */
  public timesBackward(inputs: Float64Array, gradients: Float64Array, into: Float64Array): void {
    const { rows: outputs, columns: width } = this.plan;
    const count = inputs.length / width;
    const turned = transposed(this.values, outputs, width);
    addProduct(into, gradients, turned, { rows: count, columns: width, depth: outputs });
    const shape = { rows: outputs, columns: width, depth: count };
    addProduct(this.gradient, transposed(gradients, count, outputs), transposed(inputs, count, width), shape);
  }

  /** One step of Adam. @param step counts from 1 */
  public learn(rate: number, step: number): void {
    const stepSize = (rate * Math.sqrt(1 - DECAY_OF_SQUARE ** step)) / (1 - DECAY_OF_MEAN ** step);
    for (let i = 0; i < this.values.length; i++) {
      const gradient = this.gradient[i];
      this.mean[i] += (1 - DECAY_OF_MEAN) * (gradient - this.mean[i]);
      this.square[i] += (1 - DECAY_OF_SQUARE) * (gradient * gradient - this.square[i]);
      this.values[i] -= (stepSize * this.mean[i]) / (Math.sqrt(this.square[i]) + LEAST);
    }
    this.gradient.fill(0);
  }
}

import { Parameter } from './parameter';

/** RMSNorm of rows, which remembers its inputs for the way back. */
export class Normalization {
  private readonly width: number;
  private readonly factors: Float64Array;

  public constructor(
    private readonly weight: Parameter,
    private readonly inputs: Float64Array,
    epsilon: number,
  ) {
    this.width = weight.plan.columns;
    this.factors = Float64Array.from({ length: inputs.length / this.width }, (_, row) => {
      const values = inputs.subarray(row * this.width, (row + 1) * this.width);
      return 1 / Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / this.width + epsilon);
    });
  }

  public forward(): Float64Array {
    const { width, factors } = this;
    const { values } = this.weight;
    return this.inputs.map((value, i) => value * factors[Math.floor(i / width)] * values[i % width]);
  }

  /** Adds the gradients of the inputs to `into`. */
  public backward(gradients: Float64Array, into: Float64Array): void {
    const { width, inputs } = this;
    const { values, gradient } = this.weight;
    this.factors.forEach((factor, row) => {
      let sum = 0;
      for (let i = 0, at = row * width; i < width; i++, at++) {
        sum += gradients[at] * values[i] * inputs[at];
        gradient[i] += gradients[at] * inputs[at] * factor;
      }
      const shared = (sum * factor * factor * factor) / width;
      for (let i = 0, at = row * width; i < width; i++, at++) {
        into[at] += gradients[at] * values[i] * factor - inputs[at] * shared;
      }
    });
  }
}

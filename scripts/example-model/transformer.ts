import { LlamaFamilyShape, planTensors } from '../gguf/llama-family';
import { LayerPass, Parameters } from './layer';
import { Normalization } from './normalization';
import { Parameter } from './parameter';

/** A transformer of the Llama family that can be trained, in binary64, so that every machine gets the same numbers. */
export class Transformer {
  public readonly parameters: Parameters;

  /** @param random numbers in -1..1 */
  public constructor(
    private readonly shape: LlamaFamilyShape,
    random: () => number,
  ) {
    const make = (): Parameter[] =>
      planTensors(shape, true).map((plan) => {
        const scale = Math.sqrt(1 / plan.columns) * (plan.name === 'token_embd.weight' ? 0.5 : 1);
        const value = plan.kind === 'norm' ? () => 1 : () => random() * scale;
        return new Parameter(plan, Float64Array.from({ length: plan.rows * plan.columns }, value));
      });
    this.parameters = new Map(make().map((parameter) => [parameter.plan.name, parameter]));
  }

  /** The gradients of a sequence, each token of which is to foresee the next. @returns the loss of a token, in nats */
  public study(tokens: readonly number[]): number {
    const { width, layers, epsilon } = this.shape;
    const embedding = this.of('token_embd.weight');
    const inputs = tokens.slice(0, -1);
    let rows: Float64Array = new Float64Array(inputs.length * width);
    inputs.forEach((token, i) => rows.set(embedding.values.subarray(token * width, (token + 1) * width), i * width));
    const passes = Array.from({ length: layers }, (_, layer) => new LayerPass(this.shape, this.parameters, layer));
    for (const pass of passes) {
      rows = pass.forward(rows);
    }
    const last = new Normalization(this.of('output_norm.weight'), rows, epsilon);
    const normal = last.forward();
    const logits = embedding.times(normal);
    const loss = this.toGradients(logits, tokens.slice(1));
    const ofNormal = new Float64Array(normal.length);
    embedding.timesBackward(normal, logits, ofNormal);
    let gradients: Float64Array = new Float64Array(rows.length);
    last.backward(ofNormal, gradients);
    for (const pass of passes.reverse()) {
      gradients = pass.backward(gradients);
    }
    inputs.forEach((token, i) => {
      for (let column = 0; column < width; column++) {
        embedding.gradient[token * width + column] += gradients[i * width + column];
      }
    });
    return loss;
  }

  public learn(rate: number, step: number): void {
    this.parameters.forEach((parameter) => parameter.learn(rate, step));
  }

  /** Turns logits into the gradients of the mean loss. */
  private toGradients(logits: Float64Array, targets: readonly number[]): number {
    const { vocabulary } = this.shape;
    let loss = 0;
    targets.forEach((target, i) => {
      const row = logits.subarray(i * vocabulary, (i + 1) * vocabulary);
      const most = row.reduce((max, value) => Math.max(max, value), -Infinity);
      const total = row.reduce((sum, value) => sum + Math.exp(value - most), 0);
      loss += Math.log(total) + most - row[target];
      row.forEach((value, token) => {
        row[token] = (Math.exp(value - most) / total - (token === target ? 1 : 0)) / targets.length;
      });
    });
    return loss / targets.length;
  }

  private of(name: string): Parameter {
    return this.parameters.get(name)!;
  }
}

import { LlamaFamilyShape } from '../gguf/llama-family';
import { Attention, rotate } from './attention';
import { Normalization } from './normalization';
import { Parameter } from './parameter';

export type Parameters = ReadonlyMap<string, Parameter>;

function sum(a: Float64Array, b: Float64Array): Float64Array {
  return a.map((value, i) => value + b[i]);
}

/** One layer at work on one sequence: forward once, then backward once. */
export class LayerPass {
  private attention!: Attention;
  private beforeAttention!: Normalization;
  private beforeMixing!: Normalization;
  private normal!: Float64Array;
  private attended!: Float64Array;
  private mixNormal!: Float64Array;
  private gate!: Float64Array;
  private up!: Float64Array;
  private mixed!: Float64Array;

  public constructor(
    private readonly shape: LlamaFamilyShape,
    private readonly parameters: Parameters,
    private readonly layer: number,
  ) {}

  public forward(inputs: Float64Array): Float64Array {
    const { heads, kvHeads, epsilon } = this.shape;
    this.beforeAttention = new Normalization(this.of('attn_norm'), inputs, epsilon);
    this.normal = this.beforeAttention.forward();
    const [queries, keys, values] = ['attn_q', 'attn_k', 'attn_v'].map((name) => this.of(name).times(this.normal));
    rotate(queries, heads, this.shape, 1);
    rotate(keys, kvHeads, this.shape, 1);
    this.attention = new Attention(this.shape, { queries, keys, values });
    this.attended = this.attention.forward();
    const middle = sum(inputs, this.of('attn_output').times(this.attended));
    this.beforeMixing = new Normalization(this.of('ffn_norm'), middle, epsilon);
    this.mixNormal = this.beforeMixing.forward();
    this.gate = this.of('ffn_gate').times(this.mixNormal);
    this.up = this.of('ffn_up').times(this.mixNormal);
    this.mixed = this.gate.map((value, i) => (value / (1 + Math.exp(-value))) * this.up[i]);
    return sum(middle, this.of('ffn_down').times(this.mixed));
  }

  /** The gradients of the inputs. */
  public backward(gradients: Float64Array): Float64Array {
    const middle = gradients.slice();
    this.mixingBackward(gradients, middle);
    const inputs = middle.slice();
    this.attentionBackward(middle, inputs);
    return inputs;
  }

  private mixingBackward(gradients: Float64Array, into: Float64Array): void {
    const ofMixed = new Float64Array(this.mixed.length);
    this.of('ffn_down').timesBackward(this.mixed, gradients, ofMixed);
    const ofUp = ofMixed.map((value, i) => (value * this.gate[i]) / (1 + Math.exp(-this.gate[i])));
    const ofGate = ofMixed.map((value, i) => {
      const part = 1 / (1 + Math.exp(-this.gate[i]));
      return value * this.up[i] * part * (1 + this.gate[i] * (1 - part));
    });
    const ofNormal = new Float64Array(this.mixNormal.length);
    this.of('ffn_gate').timesBackward(this.mixNormal, ofGate, ofNormal);
    this.of('ffn_up').timesBackward(this.mixNormal, ofUp, ofNormal);
    this.beforeMixing.backward(ofNormal, into);
  }

  private attentionBackward(gradients: Float64Array, into: Float64Array): void {
    const ofAttended = new Float64Array(this.attended.length);
    this.of('attn_output').timesBackward(this.attended, gradients, ofAttended);
    const { queries, keys, values } = this.attention.backward(ofAttended);
    rotate(queries, this.shape.heads, this.shape, -1);
    rotate(keys, this.shape.kvHeads, this.shape, -1);
    const ofNormal = new Float64Array(this.normal.length);
    this.of('attn_q').timesBackward(this.normal, queries, ofNormal);
    this.of('attn_k').timesBackward(this.normal, keys, ofNormal);
    this.of('attn_v').timesBackward(this.normal, values, ofNormal);
    this.beforeAttention.backward(ofNormal, into);
  }

  private of(name: string): Parameter {
    return this.parameters.get(`blk.${this.layer}.${name}.weight`)!;
  }
}

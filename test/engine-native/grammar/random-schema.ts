import { randomNumbers } from '../../../scripts/example-model/random-numbers';

type Schema = Record<string, unknown>;

const NAMES = ['a', 'ab', 'name', 'naïve', 'x"y', 'count', '😀', 'b\\c'];
const WORDS = ['', 'red', 'redder', 'grün', '"', 'a\nb', '東京', 'true'];

/** Schemas, and values that they allow, from a seed. */
export class RandomSchemas {
  private readonly next: () => number;

  public constructor(seed: number) {
    this.next = randomNumbers(seed);
  }

  public below(limit: number): number {
    return Math.floor(((this.next() + 1) / 2) * limit);
  }

  public pick<Item>(items: readonly Item[]): Item {
    return items[this.below(items.length)];
  }

  public schema(depth = 3): Schema {
    const flat = [
      () => ({ type: 'string' }),
      () => this.bounded('string', 'Length'),
      () => ({ type: 'integer' }),
      () => this.range(),
      () => ({ type: 'number', ...(this.below(2) ? { minimum: 0 } : {}) }),
      () => ({ type: this.pick(['boolean', 'null']) }),
      () => ({ enum: this.some([...WORDS, 1, 12, -0.5, null, true, [1, 'x'], { k: [] }]) }),
      () => ({ const: this.pick<unknown>([...WORDS, 7, false, null]) }),
      () => ({ type: ['string', 'null'] }),
      () => ({ type: ['integer', 'boolean', 'string'], minLength: 1 }),
    ];
    const deep = [
      () => this.object(depth),
      () => this.object(depth),
      () => ({ ...this.bounded('array', 'Items'), items: this.schema(depth - 1) }),
      () => ({ type: 'array', items: this.schema(depth - 1) }),
      () => ({ anyOf: Array.from({ length: 1 + this.below(3) }, () => this.schema(depth - 1)) }),
      () => ({ type: 'object', additionalProperties: this.schema(depth - 1) }),
      () => this.pick<Schema>([{}, { type: 'object' }, { type: 'array' }]),
    ];
    return this.pick<() => Schema>(depth === 0 ? flat : [...flat, ...deep, ...deep])();
  }

  /** A value that a schema of `schema` allows, with its properties in order. */
  public value(schema: Schema): unknown {
    const { type, enum: values, anyOf, properties, required, items } = schema as Record<string, never>;
    if ('const' in schema || values) {
      return values ? this.pick(values) : schema.const;
    }
    if (anyOf) {
      return this.value(this.pick<Schema>(anyOf));
    }
    switch (Array.isArray(type) ? this.pick(type as string[]) : (type as string | undefined)) {
      case 'object': {
        const known = Object.entries(properties ?? {}).filter(
          ([name]) => (required as string[]).includes(name) || this.below(2),
        );
        const free = schema.additionalProperties as Schema | undefined;
        const names = properties || !free ? [] : this.some(NAMES);
        return Object.fromEntries([
          ...known.map(([name, each]) => [name, this.value(each as Schema)]),
          ...names.map((name) => [name, this.value(free!)]),
        ]) as unknown;
      }
      case 'array':
        return Array.from({ length: this.count(schema, 'Items') }, () => this.value(items ?? {}));
      case 'string':
        return Array.from({ length: this.count(schema, 'Length') }, () =>
          this.pick(['a', 'Z', 'é', '東', '😀', '"', '\\', '\n', ' ']),
        ).join('');
      case 'integer': {
        const [low, high] = [(schema.minimum as number) ?? -1000, (schema.maximum as number) ?? 1e12];
        return low + this.below(high - low + 1);
      }
      case 'number':
        return this.pick([0, 1.5, 12e20, 3.25e-7]);
      case 'boolean':
        return this.below(2) === 1;
      case 'null':
        return null;
      default:
        return this.pick<unknown>([null, 'any', [1, []], { k: { l: '' } }]);
    }
  }

  private some<Item>(items: readonly Item[]): Item[] {
    const chosen = items.filter(() => this.below(3) === 0);
    return chosen.length > 0 ? chosen : [this.pick(items)];
  }

  private bounded(type: string, of: 'Items' | 'Length'): Schema {
    const least = this.below(3);
    const both = { [`min${of}`]: least, [`max${of}`]: least + this.below(4) };
    return { type, ...this.pick([both, { [`min${of}`]: least }, { [`max${of}`]: least + 1 }]) };
  }

  private range(): Schema {
    const low = this.below(3000) - 1500;
    return { type: 'integer', minimum: low, maximum: low + this.below(this.pick([3, 300, 1e6])) };
  }

  private object(depth: number): Schema {
    const names = this.some(NAMES);
    const properties = Object.fromEntries(names.map((name) => [name, this.schema(depth - 1)]));
    const required = names.filter(() => this.below(2) === 0);
    return { type: 'object', properties, required, additionalProperties: false };
  }

  private count(schema: Schema, of: string): number {
    const least = (schema[`min${of}`] as number | undefined) ?? 0;
    const most = (schema[`max${of}`] as number | undefined) ?? least + 3;
    return least + this.below(most - least + 1);
  }
}

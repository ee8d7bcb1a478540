/**
 * Reads JSON by a schema, in an unhurried way of its own: every way of reading is tried from the beginning. It tells
 * whether a text is whole, and whether it is the beginning of a whole one.
 */
type Ends = readonly number[];
type Reader = (at: number) => Ends;
type Schema = Readonly<Record<string, unknown>>;

export interface Reading {
  readonly isBeginning: boolean;
  readonly isWhole: boolean;
}

const ESCAPE =
  /^\\(?:["\\/bfnrt]|u(?:[0-9abcef][0-9a-f]{3}|d[0-7][0-9a-f]{2}|d[89ab][0-9a-f]{2}\\ud[c-f][0-9a-f]{2}))/i;
const ESCAPED_ENDS = ['\\n', '\\u0041', '\\ud800\\udc00'].flatMap((text) =>
  Array.from(text, (_, index) => text.slice(index)),
);

class ReferenceReader {
  public reachedEnd = false;
  private readonly text: string;

  public constructor(private readonly bytes: Uint8Array) {
    this.text = Buffer.from(bytes).toString('latin1');
  }

  public value = (schema: unknown): Reader => {
    if (schema === true || Object.keys(schema as Schema).length === 0) {
      return this.any;
    }
    const { type, enum: values, anyOf, ...rest } = schema as Schema;
    if ('const' in rest) {
      return this.literal(JSON.stringify(rest.const));
    }
    if (Array.isArray(values)) {
      return either(...values.map((value) => this.literal(JSON.stringify(value))));
    }
    if (Array.isArray(anyOf)) {
      return either(...anyOf.map((each) => this.value(each)));
    }
    const types = Array.isArray(type) ? type : [type];
    return either(...types.map((each) => this.typed(each as string, rest)));
  };

  public spaces: Reader = (at) => {
    const ends = [at];
    for (let next = at; ends.length <= 40; next++) {
      if (next === this.bytes.length) {
        this.reachedEnd = true;
        break;
      }
      if (!' \t\n\r'.includes(this.text[next])) {
        break;
      }
      ends.push(next + 1);
    }
    return ends;
  };

  private any: Reader = (at) =>
    either(
      this.object([], {}, true),
      this.array(true, 0, Infinity),
      this.string(0, Infinity),
      this.number(true),
      ...['true', 'false', 'null'].map((word) => this.literal(word)),
    )(at);

  private typed(type: string, schema: Schema): Reader {
    const {
      properties,
      required = [],
      additionalProperties,
    } = schema as { properties?: Schema; required?: string[] } & Schema;
    switch (type) {
      case 'object':
        return this.object(required, properties ?? {}, properties ? false : (additionalProperties ?? true));
      case 'array':
        return this.array(schema.items ?? true, num(schema.minItems, 0), num(schema.maxItems, Infinity));
      case 'string':
        return this.string(num(schema.minLength, 0), num(schema.maxLength, Infinity));
      case 'integer':
        return this.integer(num(schema.minimum, -Infinity), num(schema.maximum, Infinity));
      case 'number':
        return this.number(schema.minimum === undefined);
      case 'boolean':
        return either(this.literal('true'), this.literal('false'));
      default:
        return this.literal('null');
    }
  }

  private literal(text: string): Reader {
    const wanted = Buffer.from(text).toString('latin1');
    return (at) => {
      const given = this.text.slice(at, at + wanted.length);
      if (given.length < wanted.length) {
        this.reachedEnd ||= wanted.startsWith(given);
        return [];
      }
      return given === wanted ? [at + wanted.length] : [];
    };
  }

  private oneOf(pattern: RegExp): Reader {
    return (at) => {
      this.reachedEnd ||= at === this.bytes.length;
      return at < this.bytes.length && pattern.test(this.text[at]) ? [at + 1] : [];
    };
  }

  private digits(least: number, most: number): Reader {
    return repeat(this.oneOf(/[0-9]/), least, most);
  }

  private number(mayBeNegative: boolean): Reader {
    const whole = either(this.literal('0'), sequence(this.oneOf(/[1-9]/), this.digits(0, 15)));
    const fraction = sequence(this.literal('.'), this.digits(1, 17));
    const exponent = sequence(this.oneOf(/[eE]/), optional(this.oneOf(/[+-]/)), this.digits(1, 2));
    const positive = sequence(whole, optional(fraction), optional(exponent));
    return mayBeNegative ? sequence(optional(this.literal('-')), positive) : positive;
  }

  /** By arithmetic: a beginning is good when one of the numbers that it begins is. */
  private integer(minimum: number, maximum: number): Reader {
    const [low, high] = [Math.max(minimum, 1 - 1e15), Math.min(maximum, 1e15 - 1)];
    const begins = (text: string): boolean => {
      if (text === '' || text === '-') {
        return text === '' ? low <= high : low < 0;
      }
      const [sign, digits] = text.startsWith('-') ? [-1, text.slice(1)] : [1, text];
      if (digits.startsWith('0')) {
        return text === '0' && low <= 0 && high >= 0;
      }
      return Array.from({ length: 16 - digits.length }, (_, more) => more).some((more) => {
        const [least, most] = [Number(digits) * 10 ** more, (Number(digits) + 1) * 10 ** more - 1];
        return sign > 0 ? least <= high && most >= low : -most <= high && -least >= low;
      });
    };
    return (at) => {
      const given = /^-?[0-9]*/.exec(this.text.slice(at))![0];
      const beginnings = Array.from({ length: given.length }, (_, length) => given.slice(0, length + 1));
      this.reachedEnd ||= at + given.length === this.bytes.length && given.length < 17 && begins(given);
      return beginnings
        .filter((text) => /^(0|-?[1-9][0-9]{0,14})$/.test(text) && Number(text) >= low && Number(text) <= high)
        .map((text) => at + text.length);
    };
  }

  private character: Reader = (at) => {
    const rest = this.text.slice(at, at + 12);
    if (rest.startsWith('\\')) {
      const whole = ESCAPE.exec(rest);
      this.reachedEnd ||=
        at + rest.length === this.bytes.length && !whole && ESCAPED_ENDS.some((end) => wholly(rest + end));
      return whole ? [at + whole[0].length] : [];
    }
    this.reachedEnd ||= at === this.bytes.length;
    for (let size = 1; size <= 4 && at + size <= this.bytes.length; size++) {
      try {
        const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
        const read = decoder.decode(this.bytes.subarray(at, at + size), { stream: true });
        if (read !== '') {
          return read === '"' || read < ' ' ? [] : [at + size];
        }
      } catch {
        return [];
      }
      this.reachedEnd ||= at + size === this.bytes.length;
    }
    return [];
  };

  private string(least: number, most: number): Reader {
    return sequence(this.literal('"'), repeat(this.character, least, most), this.literal('"'));
  }

  private list(open: string, item: Reader, close: string, least: number, most: number): Reader {
    const comma = sequence(this.spaces, this.literal(','), this.spaces);
    const further = repeat(sequence(comma, item), Math.max(0, least - 1), most - 1);
    const items = most === 0 ? [] : [sequence(item, further, this.spaces)];
    const inside = least === 0 ? either(nothing, ...items) : items[0];
    return sequence(this.literal(open), this.spaces, inside, this.literal(close));
  }

  private member(name: Reader, value: Reader): Reader {
    return sequence(name, this.spaces, this.literal(':'), this.spaces, value);
  }

  private array(items: unknown, least: number, most: number): Reader {
    return (at) => this.list('[', this.value(items), ']', least, most)(at);
  }

  private object(required: readonly string[], properties: Schema, further: unknown): Reader {
    if (further !== false) {
      const member: Reader = (at) => this.member(this.string(0, Infinity), this.value(further))(at);
      return this.list('{', member, '}', 0, Infinity);
    }
    const names = Object.keys(properties);
    const comma = sequence(this.spaces, this.literal(','), this.spaces);
    const from = (index: number, isFirst: boolean): Reader => {
      if (index === names.length) {
        return nothing;
      }
      const name = names[index];
      const member = this.member(this.literal(JSON.stringify(name)), this.value(properties[name]));
      const taken = sequence(isFirst ? nothing : comma, member, (at) => from(index + 1, false)(at));
      return required.includes(name) ? taken : either(taken, (at) => from(index + 1, isFirst)(at));
    };
    return sequence(this.literal('{'), this.spaces, from(0, true), this.spaces, this.literal('}'));
  }
}

const num = (value: unknown, otherwise: number): number => (value as number | undefined) ?? otherwise;
const wholly = (text: string): boolean => ESCAPE.exec(text)?.[0] === text;
const nothing: Reader = (at) => [at];
const unique = (ends: Ends): Ends => [...new Set(ends)];

function sequence(...readers: readonly Reader[]): Reader {
  return (at) => readers.reduce<Ends>((ends, reader) => unique(ends.flatMap((end) => reader(end))), [at]);
}

function either(...readers: readonly Reader[]): Reader {
  return (at) => unique(readers.flatMap((reader) => reader(at)));
}

const optional = (reader: Reader): Reader => either(nothing, reader);

function repeat(reader: Reader, least: number, most: number): Reader {
  return (at) => {
    const found: number[] = [];
    let ends: Ends = [at];
    for (let count = 0; ends.length > 0; count++) {
      found.push(...(count >= least ? ends : []));
      ends = count < most ? unique(ends.flatMap((end) => reader(end))) : [];
    }
    return unique(found);
  };
}

/** What a text is by a schema. */
export function readBySchema(schema: unknown, bytes: Uint8Array): Reading {
  const reader = new ReferenceReader(bytes);
  const ends = sequence(reader.spaces, reader.value(schema))(0);
  const isWhole = ends.includes(bytes.length);
  return { isBeginning: isWhole || reader.reachedEnd, isWhole };
}

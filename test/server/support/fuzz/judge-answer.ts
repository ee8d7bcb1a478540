/** An answer as HTTP gave it. */
export interface HttpAnswer {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

interface Usage {
  readonly prompt_tokens: number;
  readonly completion_tokens: number;
  readonly total_tokens: number;
}

interface Whole {
  readonly object: string;
  readonly choices?: readonly Record<string, unknown>[];
  readonly data?: readonly { readonly embedding: readonly number[] | string }[];
  readonly usage?: Usage | null;
}

/** Words that say how a program is made, to somebody whom it is none of their business. */
const INSIDES = /\n\s+at |node_modules|\.[cm]?[jt]s:\d|\/opt\/|Cannot read prop|is not a function|undefined/;

/** Characters of a message that somebody still reads. */
const READABLE = 16_384;

/**
 * Whether an answer is right by what can be seen of it: an answer of the API, or a refusal in its words.
 *
 * @param context tokens of a request
 * @returns what is wrong with it; undefined: nothing
 */
export function faultOf({ status, type, body }: HttpAnswer, context: number): string | undefined {
  if (status >= 400 && status < 500) {
    return refusalFault(body);
  }
  if (status !== 200) {
    return `status ${status}`;
  }
  return type.startsWith('text/event-stream')
    ? streamFault(body, context)
    : wholeFault(JSON.parse(body) as Whole, context);
}

export function refusalFault(body: string): string | undefined {
  let error: Record<string, unknown>;
  try {
    ({ error } = JSON.parse(body) as { error: Record<string, unknown> });
  } catch {
    return `a refusal that is no JSON: ${body.slice(0, 200)}`;
  }
  const { message, type, param, code, ...more } = error;
  const isText = (value: unknown) => value === null || typeof value === 'string';
  if (
    typeof message !== 'string' ||
    typeof type !== 'string' ||
    !isText(param) ||
    !isText(code) ||
    Object.keys(more).length > 0
  ) {
    return `not the shape of an error: ${body.slice(0, 200)}`;
  }
  if (message.length < 8 || message.length > READABLE || INSIDES.test(message)) {
    return `no clear message: ${message.slice(0, 300)}`;
  }
  return undefined;
}

function streamFault(body: string, context: number): string | undefined {
  const events = body.split('\n\n');
  if (events.pop() !== '' || events.some((event) => !event.startsWith('data: '))) {
    return `no events: ${body.slice(-200)}`;
  }
  const data = events.map((event) => event.slice('data: '.length));
  if (data.at(-1) !== '[DONE]') {
    const last = JSON.parse(data.at(-1)!) as { error?: { code: string } };
    return last.error && last.error.code !== 'internal_error' ? refusalFault(data.at(-1)!) : `ends with ${data.at(-1)}`;
  }
  const chunks = data.slice(0, -1).map((each) => JSON.parse(each) as Whole);
  const pieces = chunks.flatMap(({ choices }) => choices!);
  const ends = pieces.filter(({ finish_reason: reason }) => reason !== null).map(({ index }) => index);
  const indexes = new Set([0, ...pieces.map(({ index }) => index)]);
  if (ends.length !== indexes.size || ends.some((index) => !indexes.delete(index))) {
    return `not one end of each choice: ${JSON.stringify(ends)}`;
  }
  return chunks
    .map(({ usage }) => usage && usageFault(usage, context, ends.length))
    .find((fault) => typeof fault === 'string');
}

function wholeFault({ object, choices, data, usage }: Whole, context: number): string | undefined {
  if (object === 'list') {
    return data!.map(({ embedding }) => embeddingFault(embedding)).find((fault) => fault !== undefined);
  }
  const fault = choices!.length === 0 ? 'no choice' : choices!.map(choiceFault).find((each) => each !== undefined);
  return fault ?? usageFault(usage!, context, choices!.length);
}

function choiceFault(choice: Record<string, unknown>, place: number): string | undefined {
  const text = (choice.text ?? (choice.message as { content: string }).content) as string;
  if (choice.index !== place || typeof text !== 'string' || !/^(stop|length)$/.test(String(choice.finish_reason))) {
    return `no choice: ${JSON.stringify(choice)}`;
  }
  return /\p{Surrogate}/u.test(text) ? 'half a character' : undefined;
}

function embeddingFault(embedding: readonly number[] | string): string | undefined {
  const bytes = typeof embedding === 'string' ? Buffer.from(embedding, 'base64') : undefined;
  const numbers = bytes
    ? Array.from({ length: bytes.length / 4 }, (_, index) => bytes.readFloatLE(4 * index))
    : (embedding as number[]);
  return Math.abs(Math.hypot(...numbers) - 1) < 1e-5 ? undefined : `an embedding of length ${Math.hypot(...numbers)}`;
}

function usageFault(
  { prompt_tokens: prompt, completion_tokens: answer, total_tokens: total }: Usage,
  context: number,
  choices: number,
): string | undefined {
  return prompt + answer === total && prompt * choices + answer <= context * choices && answer >= 0
    ? undefined
    : `${prompt} + ${answer} = ${total} tokens`;
}

import { Engine } from '../engine/engine';
import { ApiError } from '../errors/api-error';
import { normalized } from '../prompt/normal-form';
import { RequestLife } from '../request-life';
import { checkModel, checkTokens } from '../requests/check-request';
import { EmbeddingRequest } from '../requests/embedding-request';
import { Serving } from '../serving';

type Input = string | readonly number[];

function inputsOf(input: EmbeddingRequest['input']): readonly Input[] {
  if (typeof input === 'string' || typeof input[0] === 'number') {
    return [input as Input];
  }
  return input as readonly Input[];
}

/** @throws ApiError 400 for a text that the context has no room for, or a number that is no token */
async function tokensOf({ model, tokenizer }: Engine, input: Input, index: number): Promise<readonly number[]> {
  const options = { addSpecial: true, parseSpecial: false };
  const tokens = typeof input === 'string' ? await tokenizer.encodeLater(normalized(tokenizer, input), options) : input;
  if (tokens.length > model.contextLength || tokens.length === 0) {
    const message = `input ${index} has ${tokens.length} tokens; allowed are 1 to ${model.contextLength}.`;
    throw ApiError.badRequest(message, 'input', 'context_length_exceeded');
  }
  const list = Array.from(tokens);
  checkTokens(list, tokenizer.tokenCount, 'input');
  return list;
}

/** As the official clients ask for it: the numbers as 32-bit floats, little-endian. */
function base64(embedding: readonly number[]): string {
  const bytes = Buffer.alloc(4 * embedding.length);
  embedding.forEach((value, index) => bytes.writeFloatLE(value, 4 * index));
  return bytes.toString('base64');
}

/** POST /v1/embeddings. The texts of a request take one slot, one after the other. */
export async function embeddings(serving: Serving, fields: EmbeddingRequest, life: RequestLife): Promise<unknown> {
  const { engine, admission, metrics } = serving;
  checkModel(engine.model, fields.model);
  if (fields.dimensions && fields.dimensions !== engine.model.embeddingLength) {
    const message = `dimensions is ${fields.dimensions}; this model's embeddings have ${engine.model.embeddingLength}.`;
    throw ApiError.badRequest(message, 'dimensions');
  }
  const [ticket] = admission.enter(life.signal, 1);
  try {
    const inputs: (readonly number[])[] = [];
    for (const [index, input] of inputsOf(fields.input).entries()) {
      inputs.push(await tokensOf(engine, input, index));
    }
    await ticket.ready;
    const data: object[] = [];
    for (const [index, tokens] of inputs.entries()) {
      life.signal.throwIfAborted();
      metrics.promptTokens.inc(tokens.length);
      const embedding = await engine.embed(tokens);
      const written = fields.encoding_format === 'base64' ? base64(embedding) : embedding;
      data.push({ object: 'embedding', index, embedding: written });
    }
    const total = inputs.reduce((sum, tokens) => sum + tokens.length, 0);
    return { object: 'list', model: engine.model.id, data, usage: { prompt_tokens: total, total_tokens: total } };
  } finally {
    ticket.leave();
  }
}

import { EngineFinish, Generation } from '../engine/engine';
import { TextDecoder } from '../engine/tokenizer';
import { StopStrings } from './stop-strings';

export interface TextOutcome {
  readonly finish: EngineFinish;
  /** Tokens of the answer that were made, also those that a stop string cut off. */
  readonly tokens: number;
}

export interface TextSource {
  readonly generation: Generation;
  readonly decoder: TextDecoder;
  readonly stops: readonly string[];
  /** Cancels the generation, read or not; reading then throws its reason. */
  readonly signal: AbortSignal;
}

/** The text of an answer, piece by piece, as soon as each is certain. To return early cancels the generation. */
export function generateText(source: TextSource): AsyncGenerator<string, TextOutcome, void> {
  const cancel = (): void => source.generation.cancel();
  if (source.signal.aborted) {
    cancel();
  } else {
    source.signal.addEventListener('abort', cancel, { once: true });
  }
  return pieces(source);
}

async function* pieces(source: TextSource): AsyncGenerator<string, TextOutcome, void> {
  const { generation, decoder, signal } = source;
  const stops = new StopStrings(source.stops);
  let tokens = 0;
  try {
    for await (const token of generation) {
      signal.throwIfAborted();
      tokens += 1;
      const { text, stopped } = stops.push(decoder.push(token));
      if (text) {
        yield text;
      }
      if (stopped) {
        return { finish: 'stop', tokens };
      }
    }
    signal.throwIfAborted();
    const last = stops.push(decoder.end());
    const rest = last.stopped ? last.text : last.text + stops.end();
    if (rest) {
      yield rest;
    }
    return { finish: last.stopped ? 'stop' : (generation.finish ?? 'stop'), tokens };
  } finally {
    generation.cancel();
  }
}

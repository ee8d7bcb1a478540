import { EngineFinish, GeneratedToken, Generation } from '../engine/engine';
import { TextDecoder } from '../engine/tokenizer';
import { StopStrings } from './stop-strings';
import { TokenPlaces } from './token-places';

export interface TextOutcome {
  readonly finish: EngineFinish;
  /** Tokens of the answer that were made, also those that a stop string cut off. */
  readonly tokens: number;
}

/** A token of an answer, and how many characters of the answer are before it. */
export interface PlacedToken extends GeneratedToken {
  readonly offset: number;
}

/** More of an answer. The tokens are those whose text begins in it; the text is empty where they have none. */
export interface TextPiece {
  readonly text: string;
  readonly tokens: readonly PlacedToken[];
}

export type TextPieces = AsyncGenerator<TextPiece, TextOutcome, void>;

export interface TextSource {
  readonly generation: Generation;
  readonly decoder: TextDecoder;
  readonly stops: readonly string[];
  /** Cancels the generation, read or not; reading then throws its reason. */
  readonly signal: AbortSignal;
}

/** The text of an answer, piece by piece, as soon as each is certain. To return early cancels the generation. */
export function generateText(source: TextSource): TextPieces {
  const cancel = (): void => source.generation.cancel();
  if (source.signal.aborted) {
    cancel();
  } else {
    source.signal.addEventListener('abort', cancel, { once: true });
  }
  return pieces(source);
}

async function* pieces(source: TextSource): TextPieces {
  const { generation, decoder, signal } = source;
  const stops = new StopStrings(source.stops);
  const places = new TokenPlaces();
  try {
    for await (const token of generation) {
      signal.throwIfAborted();
      const made = decoder.push(token.id);
      places.push(token, made);
      const { text, stopped } = stops.push(made);
      if (text) {
        yield { text, tokens: places.take(text) };
      }
      if (stopped) {
        return { finish: 'stop', tokens: places.count };
      }
    }
    signal.throwIfAborted();
    const last = stops.push(decoder.end());
    const text = last.stopped ? last.text : last.text + stops.end();
    const tokens = last.stopped ? places.take(text) : places.takeAll();
    if (text || tokens.length > 0) {
      yield { text, tokens };
    }
    return { finish: last.stopped ? 'stop' : (generation.finish ?? 'stop'), tokens: places.count };
  } finally {
    generation.cancel();
  }
}

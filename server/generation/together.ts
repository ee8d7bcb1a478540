import { TextPiece, TextPieces, TextOutcome } from './generate-text';

/** More of one of several texts, or its end. */
export interface Arrival {
  readonly index: number;
  readonly result: IteratorResult<TextPiece, TextOutcome>;
}

type Read = Arrival | { readonly error: unknown };

/** Several texts, piece by piece as they come. The failure of one is that of all. To return early ends them. */
export async function* together(started: readonly Promise<TextPieces>[]): AsyncGenerator<Arrival, void, void> {
  const read: Read[] = [];
  let wake = (): void => undefined;
  const arrive = (each: Read): void => {
    read.push(each);
    wake();
  };
  const ask = (text: Promise<TextPieces>, index: number): void =>
    void text
      .then((pieces) => pieces.next())
      .then(
        (result) => arrive({ index, result }),
        (error: unknown) => arrive({ error }),
      );
  started.forEach(ask);
  try {
    for (let left = started.length; left > 0;) {
      const next = read.shift();
      if (!next) {
        await new Promise<void>((resolve) => (wake = resolve));
        continue;
      }
      if ('error' in next) {
        throw next.error;
      }
      yield next;
      if (next.result.done) {
        left -= 1;
      } else {
        ask(started[next.index], next.index);
      }
    }
  } finally {
    // Whoever waited for this would wait for the next token of each.
    started.forEach(
      (text) =>
        void text.then(
          (pieces) => pieces.return({ finish: 'stop', tokens: 0 }),
          () => undefined,
        ),
    );
  }
}

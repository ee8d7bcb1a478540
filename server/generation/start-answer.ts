import { GenerationRequest } from '../engine/engine';
import { AnswerClock } from '../metrics/answer-clock';
import { prepared, Ticket } from '../queue/admission';
import { Serving } from '../serving';
import { generateText, TextPieces } from './generate-text';

export interface AnswerRequest {
  readonly generation: GenerationRequest;
  readonly stops: readonly string[];
  readonly signal: AbortSignal;
  /** Left when the engine has done its work. */
  readonly ticket: Ticket;
  readonly clock: AnswerClock;
}

/**
 * Waits for the slot, and begins to answer.
 *
 * @throws the signal's reason when that is aborted before
 */
export function startAnswer(
  { engine }: Serving,
  { generation: request, stops, signal, ticket, clock }: AnswerRequest,
): Promise<TextPieces> {
  return prepared([ticket], async () => {
    await ticket.ready;
    signal.throwIfAborted();
    const decoder = engine.tokenizer.decoder();
    const generation = engine.submit({ ...request, onToken: () => clock.token() });
    void generation.released.then(() => ticket.leave());
    clock.submitted(request.prompt.length);
    return generateText({ generation, decoder, stops, signal });
  });
}

import { GenerationRequest } from '../engine/engine';
import { AnswerClock } from '../metrics/answer-clock';
import { Serving } from '../serving';
import { generateText, TextPieces } from './generate-text';

export interface AnswerRequest {
  readonly generation: GenerationRequest;
  readonly stops: readonly string[];
  readonly signal: AbortSignal;
  readonly clock: AnswerClock;
}

/**
 * Waits for a slot, and begins to answer.
 *
 * @throws ApiError 503 at once when the queue is full
 * @throws the signal's reason when that is aborted in the queue
 */
export async function startAnswer(
  { engine, admission }: Serving,
  { generation: request, stops, signal, clock }: AnswerRequest,
): Promise<TextPieces> {
  const ticket = admission.enter(signal);
  await ticket.ready;
  try {
    const generation = engine.submit({ ...request, onToken: () => clock.token() });
    void generation.released.then(() => ticket.leave());
    clock.submitted(request.prompt.length);
    const decoder = engine.tokenizer.decoder();
    return generateText({ generation, decoder, stops, signal });
  } catch (error) {
    ticket.leave();
    throw error;
  }
}

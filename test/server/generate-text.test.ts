import { expect, test } from 'vitest';
import { GREEDY } from '../../server/engine/engine';
import { generateText, TextOutcome, TextPieces } from '../../server/generation/generate-text';
import { ScriptedEngine } from './support/scripted-engine';

/** A text whose request lives on: what ends the engine's work here is the reading of it alone. */
function textOf(engine: ScriptedEngine, stops: readonly string[]) {
  const generation = engine.submit({ prompt: [1], maxTokens: 1000, sampling: GREEDY });
  const { signal } = new AbortController();
  return { generation, text: generateText({ generation, decoder: engine.tokenizer.decoder(), stops, signal }) };
}

async function read(text: TextPieces): Promise<[string, TextOutcome]> {
  const parts: string[] = [];
  let next = await text.next();
  for (; !next.done; next = await text.next()) {
    parts.push(next.value.text);
  }
  return [parts.join(''), next.value];
}

test('a stop string ends the work at once, not when the client has read the answer', async () => {
  const engine = new ScriptedEngine({ script: () => ({ text: 'one STOP two three four five six seven eight' }) });
  const { generation, text } = textOf(engine, ['STOP']);
  expect(await read(text)).toEqual(['one ', { finish: 'stop', tokens: 8 }]);
  await generation.released;
  expect(engine.cancelled).toBe(1);
});

test('who reads no further ends the work', async () => {
  const engine = new ScriptedEngine({ script: () => ({ text: 'one two three four five six seven eight' }) });
  const { generation, text } = textOf(engine, []);
  expect((await text.next()).value).toMatchObject({ text: 'o' });
  await text.return({ finish: 'stop', tokens: 0 });
  await generation.released;
  expect(engine.cancelled).toBe(1);
});

test('what was read to its end is not cancelled', async () => {
  const engine = new ScriptedEngine({ script: () => ({ text: 'one' }) });
  const { text } = textOf(engine, ['STOP']);
  expect(await read(text)).toEqual(['one', { finish: 'stop', tokens: 3 }]);
  expect(engine.cancelled).toBe(0);
});

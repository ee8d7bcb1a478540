import { describe, expect, test } from 'vitest';
import { NoTokenAllowed } from '../../server/engine/engine';
import { useServer } from './support/use-server';

const MESSAGES = [{ role: 'user' as const, content: 'Hi' }];
const CHATS = '/v1/chat/completions';
const COMPLETIONS = '/v1/completions';

describe('what cannot be answered', () => {
  const start = useServer();

  test('for every token is forbidden is the fault of the request', async () => {
    const error = new NoTokenAllowed('every token is forbidden');
    const { post, errors, metric } = await start({ script: () => ({ text: 'a', error }) });
    const request = { model: 'scripted', prompt: 'Hi', logit_bias: { 1: -100 } };
    const whole = await post(COMPLETIONS, request);
    expect(whole.status).toBe(400);
    expect(await whole.json()).toMatchObject({
      error: { type: 'invalid_request_error', param: 'logit_bias', code: 'no_token_allowed' },
    });
    const streamed = await (await post(COMPLETIONS, { ...request, stream: true })).text();
    expect(streamed).toMatch(/data: \{"error":\{[^\n]*"no_token_allowed"\}\}\n\n$/);
    expect(errors).toEqual([]);
    expect(await metric('graviton_requests_in_flight')).toBe(0);
  });

  test.each([
    ['{% if %}', 'Unexpected token: CloseStatement'],
    ['{% for m in messages %}', 'it is not whole, or not written in Jinja as its reader knows it'],
  ])('as a chat leaves all else to a model whose template cannot be read: %s', async (chatTemplate, problem) => {
    const warnings: string[] = [];
    const { client, post, errors } = await start({ chatTemplate }, { onWarning: (message) => warnings.push(message) });
    const chat = () => post(CHATS, { model: 'scripted', messages: MESSAGES });
    for (const answer of [await chat(), await chat()]) {
      expect(answer.status).toBe(400);
      expect(await answer.json()).toEqual({
        error: {
          message: `The chat template of the model scripted cannot be read: ${problem}; use /v1/completions.`,
          type: 'invalid_request_error',
          param: 'messages',
          code: 'chat_template_unreadable',
        },
      });
    }
    expect((await client.completions.create({ model: 'scripted', prompt: 'Hi' })).choices[0].text).toBe('Hello, world');
    expect((await client.embeddings.create({ model: 'scripted', input: 'Hi' })).data).toHaveLength(1);
    expect((await client.models.list()).data).toHaveLength(1);
    expect(warnings).toEqual([`the model takes no chats, for its chat template cannot be read: ${problem}`]);
    expect(errors).toEqual([]);
  });

  test('for its chat becomes no tokens is refused', async () => {
    const { post, errors, engine } = await start({ chatTemplate: '{# nothing #}' });
    const answer = await post(CHATS, { model: 'scripted', messages: MESSAGES });
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({
      error: { param: 'messages', message: 'The prompt that messages makes has no tokens.' },
    });
    expect(engine.requests).toEqual([]);
    expect(errors).toEqual([]);
  });
});

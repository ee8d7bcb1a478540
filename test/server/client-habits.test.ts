import { describe, expect, test } from 'vitest';
import { useServer } from './support/use-server';

const TEMPLATE = '{% for m in messages %}<|{{ m.role }}|>{{ m.content }}{% endfor %}';
const CHATS = '/v1/chat/completions';
const COMPLETIONS = '/v1/completions';

describe('what clients send without a thought', () => {
  const start = useServer();

  test('is an answer as they got it, in the chat that goes on', async () => {
    const { post, engine } = await start({ chatTemplate: TEMPLATE });
    // As `message.model_dump()` of OpenAI's client for Python has it.
    const nothing = { refusal: null, annotations: null, audio: null, function_call: null, tool_calls: null };
    const messages = [
      { role: 'user', content: 'a', name: null },
      { role: 'assistant', content: 'b', ...nothing },
      { role: 'assistant', content: 'c', annotations: [], tool_calls: [] },
    ];
    expect((await post(CHATS, { model: 'scripted', messages })).status).toBe(200);
    expect(engine.tokenizer.show(engine.requests[0].prompt)).toBe('{user}a{assistant}b{assistant}c');
    const called = { ...messages[1], tool_calls: [{ id: '1', type: 'function' }] };
    const refused = await post(CHATS, { model: 'scripted', messages: [called] });
    expect(refused.status).toBe(400);
    expect((await refused.json()).error.message).toContain('messages.0.tool_calls must NOT have more than 0 items');
  });

  test('is null for what they did not ask for', async () => {
    const { post } = await start({ chatTemplate: TEMPLATE });
    const messages = [{ role: 'user', content: 'a' }];
    const nothing = { tools: null, tool_choice: null, functions: null, reasoning_effort: null, top_logprobs: null };
    expect((await post(CHATS, { model: 'scripted', messages, ...nothing })).status).toBe(200);
    const asked = await post(CHATS, { model: 'scripted', messages, tools: [{ type: 'function' }] });
    expect(await asked.json()).toMatchObject({ error: { param: 'tools', type: 'invalid_request_error' } });
  });

  test.each([
    ['a text', ['Hi'], [256, 72, 105]],
    ['tokens', [[72, 105]], [72, 105]],
  ])('is a prompt in a list: %s', async (_, prompt, expected) => {
    const { post, engine } = await start();
    expect((await post(COMPLETIONS, { model: 'scripted', prompt })).status).toBe(200);
    expect(engine.requests[0].prompt).toEqual(expected);
    const two = await post(COMPLETIONS, { model: 'scripted', prompt: [prompt[0], prompt[0]] });
    expect(await two.json()).toMatchObject({ error: { param: 'prompt' } });
  });

  test.each([
    [COMPLETIONS, { prompt: 'Hi' }, 100, 16],
    [COMPLETIONS, { prompt: 'Hi' }, 10, 7],
    [COMPLETIONS, { prompt: 'Hi', max_tokens: 50 }, 100, 50],
    [CHATS, { messages: [{ role: 'user', content: 'Hi' }] }, 100, 97],
  ])('is no length of an answer: %s %o', async (path, fields, contextLength, tokens) => {
    const { post, engine } = await start({ chatTemplate: TEMPLATE, contextLength });
    expect((await post(path, { model: 'scripted', ...fields })).status).toBe(200);
    expect(engine.requests[0].maxTokens).toBe(tokens);
  });

  test('is the developer as the system, where the template knows no developer', async () => {
    const messages = [{ role: 'developer', content: 'a' }];
    const old = await start({ chatTemplate: TEMPLATE });
    await old.post(CHATS, { model: 'scripted', messages });
    expect(old.engine.tokenizer.show(old.engine.requests[0].prompt)).toBe('<|system|>a');
    const fresh = await start({ chatTemplate: `{# developer #}${TEMPLATE}` });
    await fresh.post(CHATS, { model: 'scripted', messages });
    expect(fresh.engine.tokenizer.show(fresh.engine.requests[0].prompt)).toBe('<|developer|>a');
  });
});

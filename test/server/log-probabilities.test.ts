import { describe, expect, test } from 'vitest';
import { useServer } from './support/use-server';

const TEMPLATE = '{% for m in messages %}{{ m.content }}{% endfor %}';
const CHAT = { model: 'scripted', messages: [{ role: 'user', content: 'Hello' }], logprobs: true } as const;
const HALF = -Math.LN2;

describe('log probabilities', () => {
  const start = useServer();
  const chat = (text: string) => start({ chatTemplate: TEMPLATE, script: () => ({ text }) });

  test('come with a chat, token by token, with the bytes of each', async () => {
    const { client } = await chat('aé');
    const answer = await client.chat.completions.create({ ...CHAT, messages: [...CHAT.messages], top_logprobs: 2 });
    const [, first, second] = answer.choices[0].logprobs!.content!;
    expect(answer.choices[0].logprobs!.content).toHaveLength(3);
    expect(answer.choices[0].logprobs!.content![0]).toEqual({
      token: 'a',
      logprob: HALF,
      bytes: [97],
      top_logprobs: [
        { token: 'a', logprob: HALF, bytes: [97] },
        { token: 'b', logprob: 2 * HALF, bytes: [98] },
      ],
    });
    expect([first.bytes, second.bytes]).toEqual([[0xc3], [0xa9]]);
    expect([first.token, second.token]).toEqual(['\ufffd', '\ufffd']);
    expect(answer.choices[0].logprobs!.refusal).toBeNull();
  });

  test('of a stream are those of the whole answer, and are in the piece in which their text begins', async () => {
    const { client } = await chat('Grüße 😀');
    const runner = client.chat.completions.stream({ ...CHAT, messages: [...CHAT.messages] });
    const texts: string[] = [];
    for await (const { choices } of runner) {
      const { delta, logprobs } = choices[0];
      const bytes = logprobs?.content?.flatMap((entry) => entry.bytes!) ?? [];
      expect(Buffer.from(bytes).toString()).toBe(delta.content ?? '');
      texts.push(delta.content ?? '');
    }
    const whole = await client.chat.completions.create({ ...CHAT, messages: [...CHAT.messages] });
    expect(texts.join('')).toBe('Grüße 😀');
    expect((await runner.finalChatCompletion()).choices[0].logprobs?.content).toEqual(
      whole.choices[0].logprobs?.content,
    );
  });

  test('leave out what a stop string cuts off', async () => {
    const { client } = await chat('one, two, three');
    const answer = await client.chat.completions.create({ ...CHAT, messages: [...CHAT.messages], stop: ', t' });
    const tokens = answer.choices[0].logprobs!.content!.map(({ token }) => token);
    expect([answer.choices[0].message.content, tokens.join('')]).toEqual(['one', 'one']);
  });

  test('also come where a character was never finished', async () => {
    const { client } = await chat('é');
    const answer = await client.chat.completions.create({ ...CHAT, messages: [...CHAT.messages], max_tokens: 1 });
    expect(answer.choices[0].message.content).toBe('\ufffd');
    expect(answer.choices[0].logprobs!.content!.map(({ bytes }) => bytes)).toEqual([[0xc3]]);
  });

  test('come with a completion in its own words', async () => {
    const { client } = await start({ script: () => ({ text: 'a😀é' }) });
    const request = { model: 'scripted', prompt: 'Hi', logprobs: 1 };
    const { logprobs } = (await client.completions.create(request)).choices[0];
    expect(logprobs?.tokens?.slice(0, 2)).toEqual(['a', 'bytes:\\xf0']);
    expect(logprobs?.token_logprobs).toEqual(Array(7).fill(HALF));
    expect(logprobs?.top_logprobs?.[0]).toEqual({ a: HALF });
    // In characters, of which the face is one.
    expect(logprobs?.text_offset).toEqual([0, 1, 1, 1, 1, 2, 2]);
    const pieces: number[] = [];
    for await (const chunk of await client.completions.create({ ...request, stream: true })) {
      pieces.push(...(chunk.choices[0].logprobs?.text_offset ?? []));
    }
    expect(pieces).toEqual(logprobs?.text_offset);
  });

  test('are null where nobody asks, and refused where they make no sense', async () => {
    const { client, post } = await chat('Hello');
    const plain = await client.chat.completions.create({ ...CHAT, messages: [...CHAT.messages], logprobs: false });
    expect(plain.choices[0].logprobs).toBeNull();
    const refused = async (path: string, fields: object): Promise<unknown> => {
      const answer = await post(path, { ...CHAT, ...fields });
      return [answer.status, ((await answer.json()) as { error: { param: string } }).error.param];
    };
    const path = '/v1/chat/completions';
    expect(await refused(path, { logprobs: null, top_logprobs: 2 })).toEqual([400, 'top_logprobs']);
    expect(await refused(path, { top_logprobs: 21 })).toEqual([400, 'top_logprobs']);
    expect(await refused(path, { logprobs: 3 })).toEqual([400, 'logprobs']);
  });
});

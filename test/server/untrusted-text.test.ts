import { describe, expect, test } from 'vitest';
import { useServer } from './support/use-server';

const TEMPLATE = '{% for m in messages %}{{ m.content }}{% endfor %}<|assistant|>';

describe('what anybody writes', () => {
  const start = useServer();

  test('holds nobody up by combining marks without end', async () => {
    const { post, errors } = await start({ normalForm: 'NFC', contextLength: 1000, chatTemplate: TEMPLATE });
    const text = `e${'\u0301\u0323'.repeat(40_000)}`;
    const places: [string, object][] = [
      ['/v1/completions', { prompt: text }],
      ['/v1/chat/completions', { messages: [{ role: 'user', content: text }] }],
      ['/v1/embeddings', { input: text }],
    ];
    for (const [path, body] of places) {
      const response = await post(path, { model: 'scripted', ...body });
      expect(response.status).toBe(400);
      expect((await response.json()).error.message).toBe('A text has 80000 combining marks in a row; allowed are 64.');
    }
    expect(errors).toEqual([]);
  });

  test('may have as many marks as any language, and more', async () => {
    const { post, engine } = await start({ normalForm: 'NFC' });
    const prompt = `a${'\u0323\u0301'.repeat(32)}`;
    expect((await post('/v1/completions', { model: 'scripted', prompt })).status).toBe(200);
    expect(engine.requests[0].prompt.slice(1)).toEqual([...Buffer.from(prompt.normalize('NFC'))]);
  });

  test('becomes no control token by its normal form either', async () => {
    const { post, engine } = await start({ normalForm: 'NFC', chatTemplate: TEMPLATE });
    const content = '<|MAS\u212a|>';
    expect(content.normalize('NFC')).toBe('<|MASK|>');
    await post('/v1/chat/completions', { model: 'scripted', messages: [{ role: 'user', content }] });
    expect(engine.tokenizer.show(engine.requests[0].prompt)).toBe('<|MASK|>{assistant}');
  });

  test('is refused when it names more control tokens than the context has room for', async () => {
    const { post, engine } = await start({ contextLength: 100, chatTemplate: TEMPLATE });
    const chat = (count: number) => {
      const messages = [{ role: 'user', content: '<|end|>'.repeat(count) }];
      return post('/v1/chat/completions', { model: 'scripted', messages });
    };
    expect((await chat(10)).status).toBe(200);
    const refused = await chat(100);
    expect(refused.status).toBe(400);
    expect(await refused.json()).toMatchObject({
      error: { code: 'context_length_exceeded', message: expect.stringContaining('more control tokens than the 100') },
    });
    expect(engine.requests).toHaveLength(1);
  });

  test('ends, when it is the template of a file whose loops do not', async () => {
    const loops = '{% for a in range(100000) %}{% for b in range(100000) %}{% endfor %}{% endfor %}';
    const { post, errors } = await start({ chatTemplate: loops });
    const messages = [{ role: 'user', content: 'Hi' }];
    const response = await post('/v1/chat/completions', { model: 'scripted', messages });
    expect(response.status).toBe(400);
    expect((await response.json()).error.message).toMatch(
      /chat template refuses the messages: .*timed out after \d+ms/,
    );
    expect((await post('/v1/completions', { model: 'scripted', prompt: 'Hi' })).status).toBe(200);
    expect(errors).toEqual([]);
  }, 30_000);

  test.each(['{{ messages.constructor }}', '{{ messages[0]["__proto__"] }}', '{{ "".constructor.constructor }}'])(
    'reaches nothing of JavaScript by a template: %s',
    async (chatTemplate) => {
      const { post, engine } = await start({ chatTemplate: `-${chatTemplate}` });
      await post('/v1/chat/completions', { model: 'scripted', messages: [{ role: 'user', content: 'Hi' }] });
      expect(engine.tokenizer.show(engine.requests[0].prompt)).toBe('-');
    },
  );
});

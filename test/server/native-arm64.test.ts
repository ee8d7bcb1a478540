import { beforeAll, expect, test } from 'vitest';
import { ensureArm64Node } from '../../scripts/arm64-node/arm64-node';
import { buildServer } from '../../scripts/build-server';
import { ensureExampleModel } from '../../scripts/example-model/ensure-example-model';
import { emulated, EMULATED_PROCESSORS } from '../../scripts/kernels/emulated-processors';
import { NativeServer, useNativeServer } from './support/native-server';

const start = useNativeServer();
const NAMES = ['graviton2', 'graviton4-5-like'];
let node: string;
let model: string;
let host: string;
let arm64: string;

beforeAll(async () => {
  node = ensureArm64Node();
  model = ensureExampleModel();
  host = await buildServer('host');
  arm64 = await buildServer('aarch64');
}, 900_000);

/** A chat as a stream, a drawn completion, and an embedding. */
async function answers({ client }: NativeServer): Promise<unknown[]> {
  const messages = [{ role: 'user' as const, content: '"Licensor" shall mean the copyright owner' }];
  const chat = client.chat.completions.stream({ model: 'example', messages, temperature: 0 });
  const drawn = { model: 'example', prompt: 'You may', temperature: 1.2, seed: 5, max_tokens: 32 };
  const completion = await client.completions.create(drawn);
  const { data } = await client.embeddings.create({ model: 'example', input: 'License' });
  return [(await chat.finalChatCompletion()).choices[0].message.content, completion.choices[0].text, data[0].embedding];
}

test('the server for Arm64 gives on each processor what the one for this machine gives', async () => {
  const expected = await answers(await start({ directory: host, model }));
  const processors = EMULATED_PROCESSORS.filter(({ name }) => NAMES.includes(name));
  expect(processors).toHaveLength(NAMES.length);
  for (const processor of processors) {
    const server = await start({ directory: arm64, model, node: [...emulated(processor), node] });
    expect(server.output()).toContain(`kernels ${processor.expectedVariant}\n`);
    expect(await answers(server)).toEqual(expected);
    server.process.kill('SIGTERM');
    expect(await server.ended).toBe(0);
  }
}, 240_000);

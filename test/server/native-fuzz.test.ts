import { writeFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { buildServer } from '../../scripts/build-server';
import { ensureExampleModel } from '../../scripts/example-model/ensure-example-model';
import { useScratchDirectory } from '../support/scratch-directory';
import { apiCase } from './support/fuzz/api-bodies';
import { damagedModel } from './support/fuzz/damaged-model';
import { faultOf, refusalFault } from './support/fuzz/judge-answer';
import { rawExchange } from './support/fuzz/raw-exchange';
import { rawRequest } from './support/fuzz/raw-requests';
import { exchange } from './support/load/exchange';
import { NativeServer, useNativeServer } from './support/native-server';

/** Bodies; `npm run test:fuzz:http` takes 5000. Connections are a third of them, damaged models a hundredth. */
const CASES = Number(process.env.FUZZ_CASES ?? 300);

/** Printed when a case fails, and given to find it again. */
const SEED = Number(process.env.FUZZ_SEED ?? 8);

/** Tokens of the example model's context. */
const CONTEXT = 256;

/** Milliseconds within which everything is answered, on a busy machine. */
const LIMIT = 30_000;

const GREEDY = { model: 'example', prompt: 'Grant of Copyright License. Subject to', temperature: 0, max_tokens: 32 };

let directory: string;
let model: string;
const start = useNativeServer();
const scratch = useScratchDirectory();

beforeAll(async () => {
  directory = await buildServer('host');
  model = ensureExampleModel();
}, 900_000);

async function answerOf({ port }: NativeServer): Promise<string> {
  const { body } = await exchange({ port, path: '/v1/completions', body: JSON.stringify(GREEDY), limit: LIMIT });
  return (JSON.parse(body) as { choices: { text: string }[] }).choices[0].text;
}

/** Runs something at a server, which must be as good as before afterwards. */
async function atServer(check: (server: NativeServer) => Promise<void>): Promise<void> {
  const server = await start({ directory, model });
  const before = await answerOf(server);
  await check(server);
  expect(await answerOf(server)).toBe(before);
  const page = await (await fetch(`${server.url}/metrics`)).text();
  expect(page).toMatch(/^graviton_requests_in_flight 0\n/m);
  expect(page).toMatch(/^graviton_requests_queued 0\n/m);
  expect(page).not.toMatch(/status="5/);
  // It writes nothing but that it is ready: any failure of its own would be there.
  expect(server.output().trim().split('\n')).toHaveLength(2);
  server.process.kill('SIGTERM');
  expect(await server.ended).toBe(0);
}

describe('whatever is sent', () => {
  test('a body is answered, or refused in the words of the API', async () => {
    const statuses = new Map<number, number>();
    await atServer(async ({ port }) => {
      const property = fc.asyncProperty(apiCase, async ({ path, body }) => {
        const answer = await exchange({ port, path, body, limit: LIMIT });
        statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
        expect(faultOf(answer, CONTEXT)).toBeUndefined();
      });
      await fc.assert(property, { numRuns: CASES, seed: SEED });
    });
    console.log('bodies by status', statuses);
    expect(statuses.get(200)).toBeGreaterThan(CASES / 20);
    expect(statuses.get(400)).toBeGreaterThan(CASES / 4);
  }, 3_600_000);

  test('a connection gets answers and refusals, and ends', async () => {
    const statuses = new Map<number, number>();
    await atServer(async ({ port }) => {
      const property = fc.asyncProperty(rawRequest, async (bytes) => {
        for (const { status, type, body } of await rawExchange(port, bytes)) {
          statuses.set(status, (statuses.get(status) ?? 0) + 1);
          expect(status).toBeLessThan(500);
          // Node.js itself refuses an Expect header that it does not know (417), without words.
          if (status >= 400 && status !== 417 && body !== '') {
            expect(refusalFault(body)).toBeUndefined();
            expect(type).toContain('application/json');
          }
        }
      });
      await fc.assert(property, { numRuns: Math.ceil(CASES / 3), seed: SEED });
    });
    console.log('connections by status', statuses);
    expect(statuses.get(200)).toBeGreaterThan(CASES / 30);
    expect(statuses.get(400)).toBeGreaterThan(CASES / 30);
  }, 3_600_000);
});

test('a model that is damaged is refused in one line', async () => {
  const property = fc.asyncProperty(damagedModel(model), async (bytes) => {
    const file = scratch();
    writeFileSync(file, bytes);
    const started = start({ directory, model: file });
    const message = await started.then(
      () => 'served',
      (error: Error) => error.message,
    );
    // Weights may be damaged so that they are still numbers.
    if (message !== 'served') {
      const [first, ...lines] = message.trimEnd().split('\n');
      expect(first).toMatch(/^the server ended \(1\): listening on /);
      expect(lines).toEqual([expect.stringMatching(/^graviton-server: [^\n]{10,500}$/)]);
    }
  });
  await fc.assert(property, { numRuns: Math.ceil(CASES / 100) * 4, seed: SEED });
}, 3_600_000);

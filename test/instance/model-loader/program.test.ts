import * as fs from 'node:fs';
import * as path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { buildInstancePrograms } from '../../../scripts/build-instance-programs';
import { useScratchDirectory } from '../../support/scratch-directory';
import { Agent } from '../support/agent';
import { SimulatedS3 } from '../support/simulated-s3';
import { modelOf, objectOf, sha256Of } from '../support/use-model-loader';

const RANGE_BYTES = 16 * 2 ** 20;
const SECRET = 'must-not-be-logged';

describe('the program model-loader', () => {
  const scratch = useScratchDirectory();
  // Six ranges of the program's own size.
  const model = modelOf(5 * RANGE_BYTES + 1000);
  const sha256 = sha256Of(model);
  let program: string;
  let s3: SimulatedS3;
  const agents: Agent[] = [];

  beforeAll(async () => {
    const directory = scratch();
    await buildInstancePrograms(directory);
    program = path.join(directory, 'model-loader.js');
    s3 = await SimulatedS3.start(objectOf(model));
  });
  afterEach(() => Promise.all(agents.splice(0).map((agent) => agent.end())));
  afterAll(() => s3?.stop());

  const start = (directory: string, configuration: object = {}): Agent => {
    const agent = new Agent({
      program,
      directory,
      configuration: {
        schemaVersion: 1,
        bucket: 'models',
        key: 'a.gguf',
        region: 'us-east-1',
        directory,
        ...configuration,
      },
      environment: {
        AWS_ENDPOINT_URL_S3: s3.endpoint,
        AWS_ACCESS_KEY_ID: 'testing',
        AWS_SECRET_ACCESS_KEY: SECRET,
        AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
      },
    });
    agents.push(agent);
    return agent;
  };

  test('is killed in the middle, and loads only the rest when it is started again', async () => {
    const directory = scratch();
    const held = new Promise<void>(() => undefined);
    s3.gate = ({ start: first }) => (first < 2 * RANGE_BYTES ? Promise.resolve() : held);
    const killed = start(directory, { sha256 });
    const journal = path.join(directory, 'models', `${sha256}.ranges`);
    await vi.waitFor(() => expect(fs.readFileSync(journal, 'utf8')).toMatch(/^0 .*^1 |^1 .*^0 /ms), {
      timeout: 30_000,
    });
    killed.kill('SIGKILL');
    await killed.exited;
    s3.gate = () => Promise.resolve();
    s3.gets.splice(0);

    const again = start(directory, { sha256 });
    expect(await again.exited).toBe(0);
    expect(s3.gets.map((range) => range.start / RANGE_BYTES).sort()).toEqual([2, 3, 4, 5]);
    expect(again.lines.find(({ event }) => event === 'resumed')).toMatchObject({ ranges: 6, missing: 4 });
    const link = path.join(directory, 'model', 'model.gguf');
    expect(fs.readFileSync(link).equals(model)).toBe(true);
    expect(JSON.stringify([...killed.lines, ...again.lines])).not.toContain(SECRET);
  });

  test('ends with 78 when its configuration cannot be right', async () => {
    const wrong = start(scratch(), { sha256: 'f'.repeat(64) });
    expect(await wrong.exited).toBe(78);
    expect(wrong.lines.at(-1)).toMatchObject({ level: 'error', event: 'ended' });
    const unknown = start(scratch(), { sha256: 'abc', bucket: undefined, extra: 1 });
    expect(await unknown.exited).toBe(78);
    const { reason } = unknown.lines.at(-1)!;
    expect(reason).toMatch(/bucket/);
    expect(reason).toMatch(/sha256/);
    expect(reason).toMatch(/extra/);
  });
});

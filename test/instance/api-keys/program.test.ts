import { spawn } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { buildInstancePrograms } from '../../../scripts/build-instance-programs';
import { Answer, LoopbackAws, ServiceError } from '../../support/loopback-aws';
import { useScratchDirectory } from '../../support/scratch-directory';
import { Agent } from '../support/agent';

const ARN = 'arn:aws:secretsmanager:eu-central-1:123456789012:secret:keys-AbCdEf';

describe('the program api-keys', () => {
  const scratch = useScratchDirectory();
  let program: string;
  let aws: LoopbackAws;
  let answer: (attempt: number) => Answer;
  let asked: unknown[];

  beforeAll(async () => {
    const directory = scratch();
    await buildInstancePrograms(directory);
    program = path.join(directory, 'api-keys.js');
    aws = await LoopbackAws.start({
      GetSecretValue: ({ json }, attempt) => {
        asked.push(json);
        return answer(attempt);
      },
    });
  });
  beforeEach(() => {
    asked = [];
  });
  afterAll(() => aws?.stop());

  const secret = (text: string) => ({ ARN, Name: 'keys', SecretString: text, VersionId: 'v'.repeat(32) });
  const environment = () => ({
    AWS_ENDPOINT_URL_SECRETS_MANAGER: aws.endpoint,
    AWS_ACCESS_KEY_ID: 'testing',
    AWS_SECRET_ACCESS_KEY: 'hush-credentials',
    AWS_MAX_ATTEMPTS: '1',
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
  });

  /** Runs it with `--once`. */
  function once(file: string, configuration: object = {}): Promise<{ code: number | null; log: string }> {
    const directory = scratch();
    fs.mkdirSync(directory);
    const configurationFile = path.join(directory, 'api-keys.json');
    fs.writeFileSync(configurationFile, JSON.stringify({ schemaVersion: 1, secretArn: ARN, file, ...configuration }));
    const child = spawn(process.execPath, [program, '--once', configurationFile], {
      env: { PATH: process.env.PATH, ...environment() },
    });
    let log = '';
    child.stdout.on('data', (text) => (log += String(text)));
    child.stderr.on('data', (text) => (log += String(text)));
    return new Promise((resolve) => child.once('close', (code) => resolve({ code, log })));
  }

  test('waits for keys when it is started, and writes them for the group of the server alone', async () => {
    const file = path.join(scratch(), 'keys');
    answer = (attempt) => (attempt < 3 ? new ServiceError('AccessDeniedException') : secret('hush-1\nhush-2'));
    const { code, log } = await once(file);
    expect(code).toBe(0);
    expect(fs.readFileSync(file, 'utf8')).toBe('hush-1\nhush-2\n');
    expect(fs.statSync(file).mode & 0o777).toBe(0o440);
    expect(asked.at(-1)).toEqual({ SecretId: ARN });
    expect(log).toMatch(/keys-not-read.*AccessDenied/);
    expect(log).toMatch(/"keys-written","keys":2/);
    expect(log).not.toContain('hush');
  });

  test('keeps them up to date, and keeps those of before when the secret cannot be used', async () => {
    const file = path.join(scratch(), 'keys');
    answer = () => secret('hush-1');
    const configuration = { schemaVersion: 1, secretArn: ARN, file, refreshSeconds: 1 };
    const agent = new Agent({ program, configuration, directory: scratch(), environment: environment() });
    const expectKeys = (keys: string) =>
      vi.waitFor(() => expect(fs.readFileSync(file, 'utf8')).toBe(keys), { timeout: 15_000 });
    await expectKeys('hush-1\n');
    const { ino } = fs.statSync(file);
    answer = () => secret('{"hush": ');
    await agent.until('keys-not-read', 15_000);
    expect(fs.statSync(file).ino).toBe(ino);
    answer = () => secret('["hush-2"]');
    await expectKeys('hush-2\n');
    await agent.end();
    expect(JSON.stringify(agent.lines)).not.toContain('hush');
    // Once for each change, not once for each look.
    expect(agent.count('keys-written')).toBe(2);
  });

  test('ends with 78 when its configuration cannot be right', async () => {
    const { code, log } = await once('/nowhere', { secretArn: 'keys' });
    expect(code).toBe(78);
    expect(log).toMatch(/secretArn must match pattern/);
  });
});

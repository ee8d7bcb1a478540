import { spawn } from 'node:child_process';
import { once } from 'node:events';
import * as fs from 'node:fs';
import * as net from 'node:net';
import * as os from 'node:os';
import * as path from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { LocalAws } from '../../scripts/local-aws/local-aws';
import { LocalAwsUnavailable } from '../../scripts/local-aws/local-aws-unavailable';
import { ensureInstalled } from '../../scripts/local-aws/python-environment';

describe('LocalAws', () => {
  const running: LocalAws[] = [];
  const start = async () => {
    const localAws = await LocalAws.start();
    running.push(localAws);
    return localAws;
  };

  afterEach(async () => {
    vi.unstubAllEnvs();
    await Promise.all(running.splice(0).map((localAws) => localAws.stop()));
  });

  test('runs several instances side by side', async () => {
    const [one, other] = await Promise.all([start(), start()]);
    expect(one.endpoint).not.toBe(other.endpoint);
    expect(await Promise.all([one.stacks(), other.stacks()])).toEqual([{}, {}]);
  });

  test('listens on loopback only', async () => {
    const { endpoint } = await start();
    const port = Number(new URL(endpoint).port);
    expect(await isOpen('127.0.0.1', port)).toBe(true);
    for (const address of outsideAddresses()) {
      expect(await isOpen(address, port), address).toBe(false);
    }
  });

  test('leaves no process, open port or file behind when it stops, and may be stopped twice', async () => {
    const localAws = await start();
    const { processId, endpoint, directory } = localAws;
    await localAws.stop();
    await localAws.stop();
    expect(isAlive(processId)).toBe(false);
    expect(await isOpen('127.0.0.1', Number(new URL(endpoint).port))).toBe(false);
    expect(fs.existsSync(directory)).toBe(false);
  });

  test('ends when the process that started it is killed', async () => {
    const script = path.join(__dirname, 'fixtures', 'start-and-wait.ts');
    const parent = spawn(process.execPath, ['--import', 'tsx', script], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [line] = (await once(parent.stdout, 'data')) as [Buffer];
    const { processId, endpoint, directory } = JSON.parse(line.toString()) as LocalAws;
    expect(isAlive(processId)).toBe(true);
    parent.kill('SIGKILL');
    await vi.waitFor(() => expect(isAlive(processId)).toBe(false), { timeout: 10_000, interval: 50 });
    expect(await isOpen('127.0.0.1', Number(new URL(endpoint).port))).toBe(false);
    expect(fs.existsSync(directory)).toBe(false);
  });

  test('hands out an environment that cannot reach a real account', async () => {
    vi.stubEnv('AWS_PROFILE', 'production');
    vi.stubEnv('AWS_SESSION_TOKEN', 'real');
    vi.stubEnv('https_proxy', 'http://proxy.example');
    const { environment, endpoint, directory } = await start();
    expect(environment).toMatchObject({ AWS_ENDPOINT_URL: endpoint, AWS_CONFIG_FILE: os.devNull });
    expect(environment).not.toHaveProperty('AWS_PROFILE');
    expect(environment).not.toHaveProperty('AWS_SESSION_TOKEN');
    expect(environment).not.toHaveProperty('https_proxy');
    expect(environment.HOME).toContain(directory);
  });
});

describe('ensureInstalled', () => {
  let scratch: string;

  beforeEach(() => {
    scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'cdk-graviton-fleet-python-'));
  });

  afterEach(() => fs.rmSync(scratch, { recursive: true, force: true }));

  test('costs nothing the second time', async () => {
    const interpreter = await ensureInstalled();
    const start = performance.now();
    expect(await ensureInstalled()).toBe(interpreter);
    expect(performance.now() - start).toBeLessThan(200);
  });

  test('without Python says what to install', async () => {
    const failure = await unavailable(ensureInstalled({ cacheDirectory: scratch, environment: { PATH: scratch } }));
    expect(failure.reason).toContain('none found');
    expect(failure.remedy).toContain('apt-get install python3-venv');
  });

  test('with a Python that has no venv says what to install', async () => {
    fs.writeFileSync(path.join(scratch, 'python3'), '#!/bin/sh\nexit 1\n', { mode: 0o755 });
    const failure = await unavailable(ensureInstalled({ cacheDirectory: scratch, environment: { PATH: scratch } }));
    expect(failure.reason).toContain('python3: no venv module');
  });

  test('with a Python that is too old says which it found', async () => {
    fs.writeFileSync(path.join(scratch, 'python3'), '#!/bin/sh\necho 3.9\n', { mode: 0o755 });
    const failure = await unavailable(ensureInstalled({ cacheDirectory: scratch, environment: { PATH: scratch } }));
    expect(failure.reason).toContain('python3: 3.9');
  });

  test('without a package registry says so, and leaves nothing half-made behind', async () => {
    const closed = {
      PIP_INDEX_URL: 'http://127.0.0.1:9/simple',
      PIP_RETRIES: '0',
      PIP_FIND_LINKS: '',
      PIP_CONFIG_FILE: os.devNull,
    };
    const environment = { ...process.env, ...closed };
    const failure = await unavailable(ensureInstalled({ cacheDirectory: scratch, environment }));
    expect(failure.remedy).toContain('package registry');
    expect(fs.readdirSync(scratch)).toEqual([]);
  });
});

async function unavailable(installation: Promise<unknown>): Promise<LocalAwsUnavailable> {
  const failure: unknown = await installation.catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(LocalAwsUnavailable);
  return failure as LocalAwsUnavailable;
}

function isAlive(processId: number): boolean {
  try {
    return process.kill(processId, 0);
  } catch {
    return false;
  }
}

function isOpen(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = net.connect({ host, port, timeout: 2000 });
    const answer = (open: boolean) => {
      socket.destroy();
      resolve(open);
    };
    socket.once('connect', () => answer(true));
    socket.once('error', () => answer(false));
    socket.once('timeout', () => answer(false));
  });
}

function outsideAddresses(): string[] {
  const interfaces = Object.values(os.networkInterfaces()).flatMap((addresses) => addresses ?? []);
  return interfaces.filter(({ internal, family }) => !internal && family === 'IPv4').map(({ address }) => address);
}

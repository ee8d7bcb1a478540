import { spawn } from 'node:child_process';
import { once } from 'node:events';
import * as path from 'node:path';
import { expect, test, vi } from 'vitest';
import { runCommand } from '../../scripts/local-aws/run-command';

const options = { environment: process.env, workingDirectory: __dirname, timeout: 10_000 };

test('returns the exit code and all output', async () => {
  const result = await runCommand('sh', ['-c', 'echo out; echo err >&2; exit 3'], options);
  expect(result.exitCode).toBe(3);
  expect(result.output.split('\n').sort()).toEqual(['', 'err', 'out']);
});

test('ends the command and its children at the time-out', async () => {
  const result = await runCommand('sh', ['-c', 'sleep 60; true'], { ...options, timeout: 100 });
  expect(result.exitCode).toBe(128);
  expect(result.milliseconds).toBeLessThan(5_000);
});

test('fails when there is no such command', async () => {
  await expect(runCommand('no-such-command', [], options)).rejects.toThrow('ENOENT');
});

test.each(['SIGINT', 'SIGTERM'] as const)(
  'ends the command and its children when %s ends the caller',
  async (signal) => {
    const script = path.join(__dirname, 'fixtures', 'run-and-wait.ts');
    const caller = spawn(process.execPath, ['--import', 'tsx', script], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [line] = (await once(caller.stdout, 'data')) as [Buffer];
    const group = Number(line.toString());
    caller.kill(signal);
    await once(caller, 'exit');
    await vi.waitFor(() => expect(() => process.kill(-group, 0)).toThrow('ESRCH'), { timeout: 5_000 });
  },
);

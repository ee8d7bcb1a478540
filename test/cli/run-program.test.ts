import { Command } from 'commander';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { GateError } from '../../lib/cli/gate-error';
import { Progress } from '../../lib/cli/progress';
import { runProgram } from '../../lib/cli/run-program';
import { UsageError } from '../../lib/cli/usage-error';
import { FleetConfigError } from '../../lib/validation';

let written: string;

beforeEach(() => {
  written = '';
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    written += text as string;
    return true;
  });
});

afterEach(() => {
  vi.restoreAllMocks();
  process.exitCode = undefined;
});

describe('runProgram', () => {
  test.each([
    ['a command that is done', () => undefined, undefined, ''],
    [
      'wrong input',
      (): Promise<void> => Promise.reject(new UsageError('file: got none')),
      2,
      'graviton-fleet: file: got none\n',
    ],
    [
      'a configuration of another copy of the library',
      (): Promise<void> => Promise.reject(Object.assign(new Error('[Chat] no'), { name: 'FleetConfigError' })),
      2,
      'graviton-fleet: [Chat] no\n',
    ],
    [
      'a gate that says no',
      (): Promise<void> => Promise.reject(new GateError('too dear')),
      1,
      'graviton-fleet: too dear\n',
    ],
    ['any other failure', (): Promise<void> => Promise.reject(new TypeError('broken')), 1, 'graviton-fleet: broken\n'],
  ])('waits for the command, and ends as said with %s', async (_, action, exitCode, stderr) => {
    await run(['do'], action);
    expect({ exitCode: process.exitCode, written }).toEqual({ exitCode, written: stderr });
  });

  test('knows the error of this library', async () => {
    const problem = { what: 'size', got: '0', allowed: '1', fix: 'raise it' };
    await run(['do'], (): Promise<void> => Promise.reject(new FleetConfigError('Chat', [problem])));
    expect(process.exitCode).toBe(2);
  });

  test.each([[['dp']], [['do', '--unknown']], [['group', 'inner', '--unknown']]])(
    'ends with 2 for %s',
    async (args) => {
      await run(args, () => undefined);
      expect(process.exitCode).toBe(2);
      expect(written).toContain('error: unknown');
    },
  );
});

describe('Progress', () => {
  test('draws one line on a terminal, takes it away at the end, and is silent elsewhere', () => {
    const lines: string[] = [];
    const stream = { isTTY: true, columns: 80, write: (text: string) => lines.push(text) };
    const progress = new Progress(stream as unknown as NodeJS.WriteStream);
    progress.show('fleets', 1, 3);
    progress.show('fleets', 2, 3);
    progress.end();
    expect(lines).toEqual(['\r\u001b[2Kfleets 1 of 3', '\r\u001b[2K']);
    new Progress({ ...stream, isTTY: false } as unknown as NodeJS.WriteStream).show('fleets');
    expect(lines).toHaveLength(2);
  });
});

async function run(args: string[], action: () => void | Promise<void>): Promise<void> {
  process.argv = ['node', 'graviton-fleet', ...args];
  await runProgram(
    new Command('graviton-fleet')
      .addCommand(new Command('do').action(action))
      .addCommand(new Command('group').addCommand(new Command('inner').action(action))),
  );
}

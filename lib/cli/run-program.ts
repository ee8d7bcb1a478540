import { Command } from 'commander';
import { UsageError } from './usage-error';

/** Exit codes: 0 done, 1 failed, 2 the input was wrong. */
const FAILED = 1;
const WRONG_INPUT = 2;

/** Runs a program with the arguments of this process, and sets its exit code. */
export function runProgram(program: Command): void {
  try {
    program.parse();
  } catch (error) {
    process.exitCode = exitCode(error as Error & { code?: string; exitCode?: number });
  }
}

function exitCode(error: Error & { code?: string; exitCode?: number }): number {
  if (error.code?.startsWith('commander.')) {
    // Commander has written its message already; asking for help or the version is no mistake.
    return error.exitCode === 0 ? 0 : WRONG_INPUT;
  }
  process.stderr.write(`graviton-fleet: ${error.message}\n`);
  return error instanceof UsageError ? WRONG_INPUT : FAILED;
}

import { Command, CommanderError } from 'commander';
import { ExitCode } from './exit-code';
import { UsageError } from './usage-error';

/**
 * Runs a program with the arguments of this process, and sets its exit code. An error of a command becomes one message on
 * stderr without a stack trace.
 */
export async function runProgram(program: Command): Promise<void> {
  endQuietlyWithReader(process.stdout);
  throwInsteadOfExit(program);
  try {
    await program.parseAsync();
  } catch (error) {
    process.exitCode = exitCodeOf(error as Error);
  }
}

/** Commander ends the process where it finds a mistake, with 1, which says something else here. */
function throwInsteadOfExit(command: Command): void {
  command.exitOverride();
  command.commands.forEach(throwInsteadOfExit);
}

/** What reads a pipe may have enough of it (`graviton-fleet plan | head`), which is no failure. */
function endQuietlyWithReader(stream: NodeJS.WriteStream): void {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') {
      throw error;
    }
    process.exit();
  });
}

function exitCodeOf(error: Error): ExitCode {
  if (error instanceof CommanderError) {
    // Commander has written its message already; asking for help or the version is no mistake.
    return error.exitCode === 0 ? ExitCode.DONE : ExitCode.WRONG_INPUT;
  }
  process.stderr.write(`graviton-fleet: ${error.message}\n`);
  return isWrongInput(error) ? ExitCode.WRONG_INPUT : ExitCode.FAILED;
}

/** By name, because the library that makes the constructs may be another copy than the one in the command. */
function isWrongInput(error: Error): boolean {
  return error instanceof UsageError || error.name === 'FleetConfigError';
}

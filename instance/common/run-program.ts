import { JsonLog, reasonOf } from './json-log';
import { CONFIGURATION_EXIT_CODE, ConfigurationError } from './read-configuration';

/** Runs a program. What it fails by is the last line of its log, and decides whether systemd starts it again. */
export function runProgram(log: JsonLog, main: () => Promise<void>): void {
  main().catch((error: unknown) => {
    const isConfiguration = error instanceof ConfigurationError;
    log.error('ended', { reason: isConfiguration ? error.message : reasonOf(error) });
    process.exit(isConfiguration ? CONFIGURATION_EXIT_CODE : 1);
  });
}

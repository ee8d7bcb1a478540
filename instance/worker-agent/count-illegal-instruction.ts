import { execFile } from 'node:child_process';
import { JsonLog } from '../common/json-log';

/** Longer than the command takes to give up. */
const PATIENCE_MILLISECONDS = 60_000;

/** Has a program of the image publish the metric. The job goes its way meanwhile, whatever becomes of that. */
export function countIllegalInstruction([command, ...args]: readonly string[], log: JsonLog): void {
  log.error('illegal-instruction');
  execFile(command, args, { timeout: PATIENCE_MILLISECONDS }, (error, stdout) => {
    if (error) {
      log.warn('illegal-instruction-not-counted', { reason: stdout.trim() || error.message });
    }
  });
}

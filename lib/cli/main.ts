import { Command } from 'commander';
import { version } from '../../package.json';
import { bundleCommand } from './bundle-command';
import { planCommand } from './plan-command';
import { previewCommand } from './preview-command';
import { UsageError } from './usage-error';

/** Exit codes: 0 done, 1 failed, 2 the input was wrong. */
const FAILED = 1;
const WRONG_INPUT = 2;

const program = new Command('graviton-fleet')
  .description('Plans AI fleets on AWS Graviton. Works offline; nothing is sent anywhere.')
  .version(version)
  .exitOverride()
  .addCommand(planCommand().exitOverride())
  .addCommand(bundleCommand())
  .addCommand(previewCommand().exitOverride());

try {
  program.parse();
} catch (error) {
  process.exitCode = exitCode(error as Error & { code?: string; exitCode?: number });
}

function exitCode(error: Error & { code?: string; exitCode?: number }): number {
  if (error.code?.startsWith('commander.')) {
    // Commander has written its message already; asking for help or the version is no mistake.
    return error.exitCode === 0 ? 0 : WRONG_INPUT;
  }
  process.stderr.write(`graviton-fleet: ${error.message}\n`);
  return error instanceof UsageError ? WRONG_INPUT : FAILED;
}

import { Command } from 'commander';
import { createCommand } from './create-command';
import { inspectCommand } from './inspect-command';

/** `graviton-fleet bundle`: makes bundles of kernels, and shows what the gate makes of them. */
export function bundleCommand(): Command {
  return new Command('bundle')
    .description('Makes kernel bundles and looks into them.')
    .addCommand(createCommand())
    .addCommand(inspectCommand());
}

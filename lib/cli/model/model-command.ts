import { Command } from 'commander';
import { inspectCommand } from './inspect-command';

/** `graviton-fleet model`: what the built-in server makes of a model. */
export function modelCommand(): Command {
  return new Command('model').description('Looks into models.').addCommand(inspectCommand());
}

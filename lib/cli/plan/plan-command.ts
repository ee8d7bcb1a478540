import { Command } from 'commander';
import { printJson } from '../print-json';
import { formatEstimate } from './format-estimate';
import { readEstimates } from './read-estimates';

/** `graviton-fleet plan`: what the fleets of a cloud assembly have, cost and draw. */
export function planCommand(): Command {
  return new Command('plan')
    .description('Shows instances, prices, estimated power and carbon of the fleets in a cloud assembly.')
    .argument('[directory]', 'output of cdk synth', 'cdk.out')
    .option('--json', 'print the figures as JSON, unrounded')
    .action((directory: string, options: { json?: boolean }) => {
      const estimates = readEstimates(directory);
      if (options.json) {
        printJson(estimates);
      } else {
        process.stdout.write(`${estimates.map(formatEstimate).join('\n\n')}\n`);
      }
    });
}

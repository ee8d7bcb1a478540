import { Command } from 'commander';
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
      const text = options.json ? JSON.stringify(estimates, undefined, 2) : estimates.map(formatEstimate).join('\n\n');
      process.stdout.write(`${text}\n`);
    });
}

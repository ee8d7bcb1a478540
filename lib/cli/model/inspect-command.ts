import { Command, Option } from 'commander';
import type { ServedWeights } from '../../image';
import { printJson } from '../print-json';
import { UsageError } from '../usage-error';

interface InspectFlags {
  readonly contextLength?: string;
  readonly weights: ServedWeights;
  readonly json?: boolean;
}

/** `graviton-fleet model inspect`: what a file needs, and which instances have it. */
export function inspectCommand(): Command {
  return new Command('inspect')
    .description(
      'Shows what a model is, the memory that it takes, and how many slots each Graviton type has room for. Ends with 2 for a ' +
        'file that the built-in server does not run.',
    )
    .argument('<file>', 'GGUF file; its header is read, and no more')
    .option('--context-length <tokens>', 'of a request, prompt and answer (default: several)')
    .addOption(
      new Option('--weights <kind>', 'as the file has them, or quantised to GK4 while loading')
        .choices(['filed', 'gk4'])
        .default('filed'),
    )
    .option('--json', 'print everything as JSON, for all types')
    .action(async (file: string, { contextLength, weights, json }: InspectFlags) => {
      // The constructs take a second to load, which no other command should wait for.
      const { modelReport } = await import('./model-report');
      const report = modelReport(file, { contextLength: tokensOf(contextLength), weights });
      if (json) {
        printJson(report);
        return;
      }
      const { formatModelReport } = await import('./format-model-report');
      process.stdout.write(`${formatModelReport(report)}\n`);
    });
}

function tokensOf(text: string | undefined): number | undefined {
  if (text !== undefined && !/^[1-9]\d*$/.test(text)) {
    throw new UsageError(`--context-length: got ${JSON.stringify(text)}, allowed a whole number from 1`);
  }
  return text === undefined ? undefined : Number(text);
}

import { Command, InvalidArgumentError, Option } from 'commander';

/** What the server is started with. */
export interface CommandLine {
  readonly model: string;
  readonly modelName?: string;
  readonly host: string;
  readonly port: number;
  readonly slots: number;
  readonly contextLength?: number;
  readonly threads?: number;
  readonly cores?: readonly number[];
  readonly weights: 'filed' | 'gk4';
  readonly maxQueued: number;
  readonly maxTokens?: number;
  readonly requestSeconds: number;
  readonly drainSeconds: number;
  readonly apiKeysFile?: string;
}

function whole(least: number, most: number): (value: string) => number {
  return (value) => {
    const number = Number(value);
    if (!/^\d+$/.test(value) || number < least || number > most) {
      throw new InvalidArgumentError(`Allowed are whole numbers from ${least} to ${most}.`);
    }
    return number;
  };
}

/** Cores as Linux lists them, such as `0-15,32`. */
function cores(value: string): readonly number[] {
  const numbers = value.split(',').flatMap((part) => {
    const [, first, last = first] = /^(\d{1,4})(?:-(\d{1,4}))?$/.exec(part) ?? [];
    const length = Number(last) - Number(first) + 1;
    if (!(length > 0)) {
      throw new InvalidArgumentError('Cores are listed as in 0-15,32.');
    }
    return Array.from({ length }, (_, index) => Number(first) + index);
  });
  if (new Set(numbers).size !== numbers.length) {
    throw new InvalidArgumentError('A core is listed twice.');
  }
  return numbers;
}

/** @throws CommanderError after it has said what is wrong */
export function readCommandLine(args: readonly string[]): CommandLine {
  return new Command('graviton-server')
    .description('Serves a language model over HTTP, in the words of OpenAI’s API.')
    .requiredOption('--model <file>', 'GGUF file of the Llama family')
    .option('--model-name <name>', 'what requests call it by (default: the name of the file)')
    .option('--host <address>', 'address on which it listens', '127.0.0.1')
    .option('--port <number>', 'TCP port; 0 takes a free one', whole(0, 65535), 8080)
    .option('--slots <count>', 'requests that it works on at a time', whole(1, 1024), 4)
    .option('--context-length <tokens>', 'of a request, prompt and answer (default: the model’s)', whole(1, 2 ** 20))
    .option('--threads <count>', 'that compute (default: one for each core)', whole(1, 1024))
    .option('--cores <list>', 'on which the threads are pinned, such as 0-15,32 (default: not pinned)', cores)
    .addOption(
      new Option('--weights <kind>', 'as the file has them, or quantised to GK4 while loading')
        .choices(['filed', 'gk4'])
        .default('filed'),
    )
    .option('--max-queued <count>', 'requests that wait; further ones get 503', whole(0, 100_000), 32)
    .option(
      '--max-tokens <count>',
      'most tokens of an answer (default: what the context has room for)',
      whole(1, 2 ** 20),
    )
    .option('--request-seconds <seconds>', 'that a request may take', whole(1, 86_400), 600)
    .option('--drain-seconds <seconds>', 'that requests have to finish after SIGTERM', whole(0, 86_400), 600)
    .option(
      '--api-keys-file <file>',
      'keys of which requests need one, each on a line; read again when it changes (default: none needed)',
    )
    .parse(args, { from: 'user' })
    .opts<CommandLine>();
}

import { join } from 'node:path';
import { CommandLine, readCommandLine } from './command-line';
import { drainOnSignal } from './drain-on-signal';
import { ADDON_NAME, loadNativeAddon } from './engine/native-addon';
import { NativeEngine } from './engine/native-engine';
import { InferenceServer } from './inference-server';
import { readApiKeys, watchApiKeys } from './security/api-keys-file';
import { warmUp } from './warm-up';

function openEngine(options: CommandLine): Promise<NativeEngine> {
  return NativeEngine.open(loadNativeAddon(join(__dirname, ADDON_NAME)), {
    path: options.model,
    modelId: options.modelName,
    slots: options.slots,
    contextLength: options.contextLength,
    threads: options.threads,
    cores: options.cores,
    quantize: options.weights === 'gk4',
  });
}

function describe({ model, facts }: NativeEngine): string {
  const { architecture, variant, slots, threads, contextLength, weightsBytes } = facts;
  const work = `${slots} slots of ${contextLength} tokens, ${threads} threads, kernels ${variant}`;
  return `ready: ${model.id} (${architecture}, ${Math.ceil(weightsBytes / 2 ** 20)} MiB of weights), ${work}`;
}

function followApiKeys(server: InferenceServer, file: string): void {
  watchApiKeys(file, {
    onKeys: (keys) => {
      server.replaceApiKeys(keys);
      console.log(`${keys.length} API keys read again`);
    },
    onError: ({ message }) => console.error(`API keys as before: ${message}`),
  });
}

async function main(): Promise<void> {
  const options = readCommandLine(process.argv.slice(2));
  const { host, port, maxQueued, maxTokens, requestSeconds, drainSeconds, apiKeysFile } = options;
  const server = new InferenceServer({
    ...{ host, port, maxQueued, maxTokens, requestSeconds, drainSeconds },
    apiKeys: apiKeysFile === undefined ? [] : readApiKeys(apiKeysFile),
    onError: (error) => console.error(error),
    onWarning: (message) => console.error(`graviton-server: ${message}`),
    onStall: () => fail('the engine hangs: it has taken no step for as long as a request may take'),
  });
  if (apiKeysFile !== undefined) {
    followApiKeys(server, apiKeysFile);
  }
  const drained = drainOnSignal(server, process)
    // A model that is still being loaded would hold the process up for nothing.
    .then(() => process.exit(0));
  console.log(`listening on ${await server.listen()}`);
  const engine = await openEngine(options);
  await warmUp(engine);
  server.serve(engine);
  console.log(describe(engine));
  await drained;
}

/** Whoever supervises the process starts another. */
function fail(message: string): never {
  console.error(`graviton-server: ${message}`);
  process.exit(1);
}

main().catch((error: Error) => fail(error.message));

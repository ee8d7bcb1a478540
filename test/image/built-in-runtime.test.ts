import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { Duration, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { describe, expect, test } from 'vitest';
import keysSchema from '../../instance/api-keys/api-keys-configuration.schema.json';
import { readConfiguration } from '../../instance/common/read-configuration';
import modelSchema from '../../instance/model-loader/model-configuration.schema.json';
import {
  BuiltInRuntimeOptions,
  GravitonProcessor,
  InferenceRuntime,
  KernelBundle,
  ModelFacts,
  ModelSource,
  ServedWeights,
} from '../../lib';
import { renderDocument } from '../../lib/image/private/component-document';
import { documentProblems } from '../../lib/image/private/document/document-problems';
import { sizeProblems } from '../../lib/image/private/document/document-size';
import { serverObjects } from '../../lib/image/runtime/private/built-in-server';
import { ServerInstallation } from '../../lib/image/runtime/private/server-installation';
import { judgeInstanceTypes } from '../../lib/kernels/instance-type-gate';
import { serverDirectory } from '../../scripts/build-server';
import { readCommandLine } from '../../server/command-line';
import { useBuiltInServer } from '../support/built-in-server';
import { makeBundle, SELF_TEST, variantFile } from '../support/bundle-maker';
import { problemsOf } from '../support/config-error';
import { newStack } from '../support/fleet-app';
import { named, smallImage } from '../support/image-app';
import { LLAMA_8B, modelInBucket } from '../support/model-app';
import { onInstance, runOnInstance, writeFiles } from '../support/on-instance';
import { useScratchDirectory } from '../support/scratch-directory';
import {
  HAS_SYSTEMD,
  parseCommandLine,
  readBySystemd,
  templateUnitOf,
  valuesOf,
  writtenFile,
} from '../support/unit-files';

const scratch = useScratchDirectory();
useBuiltInServer();

const ARN = 'arn:aws:secretsmanager:us-east-1:123456789012:secret:chat/api-keys-a1b2c3';

function builtIn(options: Partial<BuiltInRuntimeOptions> = {}, stack = newStack()): InferenceRuntime {
  return InferenceRuntime.builtIn({ model: options.model ?? modelInBucket(stack), ...options });
}

function installation(options: Partial<BuiltInRuntimeOptions> = {}, stack = newStack()): ServerInstallation {
  return new ServerInstallation(stack, 'InferenceServer', builtIn(options, stack)._server!);
}

const secretIn = (stack: Stack) => secretsmanager.Secret.fromSecretCompleteArn(stack, 'Keys', ARN);

/** What the server is started with on core set 0-15. */
function commandOf(runtime: InferenceRuntime): string[] {
  const values: Record<string, string> = {
    ...{ INFERENCE_HOST: '127.0.0.1', INFERENCE_PORT: '20000', INFERENCE_CPUS: '0-15', INFERENCE_THREADS: '16' },
    INFERENCE_SLOTS: `${runtime.slotsPerProcess}`,
    ...Object.fromEntries(valuesOf(templateUnitOf(runtime), 'Environment').map((setting) => setting.split('='))),
  };
  const [line] = valuesOf(templateUnitOf(runtime), 'ExecStart');
  return parseCommandLine(line).map((word) => word.replace(/\$\{(\w+)\}/g, (_, name: string) => values[name]));
}

describe('the runtime', () => {
  test('is ready when the model is warm, has metrics and needs one hop to the metadata service', () => {
    const runtime = builtIn();
    expect(runtime).toMatchObject({ port: 8080, healthPath: '/health/ready', metricsPath: '/metrics' });
    expect(runtime).toMatchObject({ slotsPerProcess: 4, metadataHopLimit: 1 });
    expect(runtime).toMatchObject({ _publishesMetrics: true, _givenSlots: 4, _serves: true });
  });

  test('gives the server words that it understands', () => {
    const [node, program, ...args] = commandOf(builtIn());
    expect([node, program]).toEqual(['/usr/bin/node-22', '/opt/graviton/server/graviton-server.js']);
    expect(readCommandLine(args)).toEqual({
      ...{ model: '/var/lib/graviton/model/model.gguf', modelName: '8b', host: '127.0.0.1', port: 20_000, slots: 4 },
      ...{ cores: Array.from({ length: 16 }, (_, core) => core), threads: 16, weights: 'filed' },
      ...{ maxQueued: 32, requestSeconds: 600, drainSeconds: 110 },
    });
  });

  test('passes every option on', () => {
    const stack = newStack();
    const runtime = builtIn(
      {
        ...{ slots: 2, contextLength: 4096, weights: ServedWeights.GK4, apiKeys: secretIn(stack), maxQueued: 0 },
        ...{ modelName: 'my model', requestTimeout: Duration.minutes(2), port: 9000 },
      },
      stack,
    );
    expect(readCommandLine(commandOf(runtime).slice(2))).toMatchObject({
      ...{ slots: 2, contextLength: 4096, weights: 'gk4', apiKeysFile: '/run/graviton-api-keys/keys', maxQueued: 0 },
      ...{ modelName: 'my model', requestSeconds: 120 },
    });
    expect(runtime.port).toBe(9000);
  });

  test('starts after the model, and after the keys where there are any', () => {
    const stack = newStack();
    const units = (key: string, runtime: InferenceRuntime) => valuesOf(templateUnitOf(runtime), key)[0].split(' ');
    expect(units('Requires', builtIn())).toEqual(['graviton-kernels.service', 'graviton-model.service']);
    const locked = builtIn({ apiKeys: secretIn(stack) }, stack);
    expect(units('After', locked)).toEqual(
      expect.arrayContaining(['graviton-model.service', 'graviton-api-keys.service']),
    );
    // What requires a unit is restarted with it: a crash of what refreshes the keys would cut all processes off.
    expect(units('Requires', locked)).not.toContain('graviton-api-keys.service');
    expect(units('Wants', locked)).toContain('graviton-api-keys.service');
  });

  test('refuses what the server would, all at once', () => {
    const wrong = { slots: 0, contextLength: 200_000, maxQueued: -1, requestTimeout: Duration.days(2), port: 0 };
    expect(problemsOf(() => builtIn(wrong)).map(({ what }) => what)).toEqual([
      ...['slots', 'contextLength', 'maxQueued', 'requestTimeout', 'port', 'slotsPerProcess'],
    ]);
    expect(problemsOf(() => builtIn({ contextLength: 200_000 }))[0].allowed).toBe('1 to 131072');
  });

  test('is refused when the package was not built', () => {
    const [{ fix }, ...others] = problemsOf(() => serverObjects(scratch()));
    expect(fix).toContain('npm run build');
    expect(others).toHaveLength(3);
  });
});

describe('the gate', () => {
  const judge = (kernels: KernelBundle) =>
    judgeInstanceTypes({
      ...{ what: 'instanceTypes', region: 'us-east-1', kernels: [kernels] },
      instanceTypes: ['m6g.large', 'm7g.large', 'm8g.large', 'm9g.large'],
    }).problems;

  test('sees every shared object of the server, and that one variant at least runs on each Graviton', () => {
    const { objects } = serverObjects();
    const elf = fs.readdirSync(serverDirectory('aarch64')).filter((name) => /\.(so|node)$/.test(name));
    expect(objects._elfFiles.map(({ file }) => file.path).sort()).toEqual(elf.sort());
    expect(objects.requiredFeatures).toEqual([]);
    const required = objects.variants.map(({ name, requiredFeatures }) => [name, [...requiredFeatures].sort()]);
    expect(Object.fromEntries(required)).toEqual({
      neon_dotprod: ['asimddp'],
      neon_i8mm_bf16: ['asimddp', 'bf16', 'i8mm'],
      scalar: [],
    });
    expect(GravitonProcessor.ALL.filter((processor) => objects.variantsFor(processor).length === 0)).toEqual([]);
    expect(judge(objects)).toEqual([]);
  });

  test('refuses types on which it would trap', () => {
    const directory = scratch();
    fs.cpSync(serverDirectory('aarch64'), directory, { recursive: true });
    fs.rmSync(path.join(directory, 'libgraviton_kernels_scalar.so'));
    fs.rmSync(path.join(directory, 'libgraviton_kernels_neon_dotprod.so'));
    const [problem, ...others] = judge(serverObjects(directory).objects);
    expect(problem.got).toMatch(/^m6g.large \(AWS Graviton2\), on which no variant of graviton-server runs/);
    expect(others).toEqual([]);
  });

  test('refuses objects whose code is of another machine, or needs more than every Graviton has', () => {
    const directory = scratch();
    fs.cpSync(serverDirectory('aarch64'), directory, { recursive: true });
    const i8mm = path.join(directory, 'libgraviton_kernels_neon_i8mm_bf16.so');
    fs.copyFileSync(i8mm, path.join(directory, 'libgraviton_engine.so'));
    const [{ what, got }] = problemsOf(() => serverObjects(directory));
    expect([what, got]).toEqual(['libgraviton_engine.so', expect.stringContaining('code that needs')]);
  });
});

describe('the component', () => {
  test('is one that Image Builder takes, with what is only known at deployment', () => {
    const stack = newStack({});
    const bucket = new s3.Bucket(stack, 'Models');
    const secret = new secretsmanager.Secret(stack, 'Keys');
    const model = ModelSource.fromS3(bucket, 'llama.gguf');
    const document = renderDocument('InferenceServer', installation({ model, apiKeys: secret }, stack).phases);
    expect([...documentProblems(document), ...sizeProblems(document)]).toEqual([]);
  });

  test('has scripts that bash can parse', () => {
    const { build, validate = [], test: tests = [] } = installation().phases;
    const scripts = [...build, ...validate, ...tests].flatMap(({ action, inputs }) =>
      action === 'ExecuteBash' ? (inputs as { commands: string[] }).commands : [],
    );
    expect(scripts.length).toBeGreaterThan(4);
    expect(scripts.filter((script) => spawnSync('bash', ['-n', '-c', script]).status !== 0)).toEqual([]);
  });

  test('writes configurations that the programs accept', () => {
    const stack = newStack();
    const options = { versionId: '3sL4kqtJlcpXroDTDmJ', sha256: '0'.repeat(64), facts: ModelFacts.of(LLAMA_8B) };
    const { phases } = installation({ model: modelInBucket(stack, options), apiKeys: secretIn(stack) }, stack);
    const read = (name: string, schema: object) => {
      const file = scratch();
      fs.writeFileSync(file, writtenFile(phases, `/etc/graviton/${name}.json`));
      return readConfiguration(file, schema);
    };
    expect(read('model', modelSchema)).toMatchObject({
      ...{ schemaVersion: 1, bucket: 'our-models', key: 'llama/8b.gguf', region: 'us-east-1' },
      ...{ versionId: options.versionId, sha256: options.sha256 },
    });
    expect(read('api-keys', keysSchema)).toMatchObject({ secretArn: ARN, file: '/run/graviton-api-keys/keys' });
  });

  test('lets the check at boot know every file of the server', () => {
    const { build } = installation().phases;
    const root = scratch();
    const installed = path.join(root, 'opt/graviton/kernels/graviton-server');
    fs.cpSync(serverDirectory('aarch64'), installed, { recursive: true });
    const manifest = writtenFile({ build }, '/opt/graviton/server/manifest.json');
    const { digest } = JSON.parse(manifest) as { readonly digest: string };
    writeFiles(root, {
      'opt/graviton/kernels/graviton-server/manifest.json': manifest,
      'etc/graviton/kernels.d/graviton-server': `${digest}\n`,
    });
    const verify = () => runOnInstance('verify-kernels.py', ['--root', root]);
    expect(verify()).toMatchObject({ status: 0, stderr: '' });
    const step = build.find(({ name }) => name === 'VerifyServer')!;
    expect(JSON.stringify(step)).toContain(`echo ${digest} >/etc/graviton/kernels.d/graviton-server`);
    fs.appendFileSync(path.join(installed, 'libgraviton_engine.so'), ' ');
    expect(verify()).toMatchObject({ status: 1, stderr: expect.stringMatching(/libgraviton_engine.so: got/) });
  });

  test('leaves no bundle of the user the place of the server', () => {
    const kernels = [
      KernelBundle.fromDirectory(makeBundle(scratch(), [SELF_TEST, variantFile('a', [])], { name: 'graviton-server' })),
    ];
    const [{ got }] = problemsOf(() => smallImage(undefined, (stack) => ({ runtime: builtIn({}, stack), kernels })));
    expect(got).toBe('two bundles named graviton-server');
    expect(() => smallImage(undefined, () => ({ kernels }))).not.toThrow();
  });

  test('installs server, programs and units, and tries them on the builder', () => {
    const template = smallImage(undefined, (stack) => ({ runtime: builtIn({}, stack) }));
    const [, component] = named(template, 'AWS::ImageBuilder::Component', 'InferenceServer');
    const text = JSON.stringify(component.Properties.Data);
    expect(text.match(/s3:\/\/cdk-hnb659fds-assets-[^"\\]*\.(zip|js)/g)).toHaveLength(3);
    expect(text).toContain('graviton_inference.node');
    expect(text).not.toContain('graviton-api-keys');
    const [, recipe] = named(template, 'AWS::ImageBuilder::ImageRecipe', 'Recipe');
    const order = JSON.stringify(recipe.Properties.Components);
    expect(order.indexOf('InferenceServer')).toBeGreaterThan(order.indexOf('Agents'));
    expect(order.indexOf('InferenceServer')).toBeLessThan(order.indexOf('ImageRuntime'));
  });

  test.runIf(HAS_SYSTEMD)('has units that systemd takes, with the runtime that needs them', () => {
    const stack = newStack();
    const runtime = builtIn({ apiKeys: secretIn(stack) }, stack);
    const { phases } = new ServerInstallation(stack, 'InferenceServer', runtime._server!);
    const own = ['inference-runtime.target', 'inference-proxy.service', 'graviton-kernels.service'];
    const installed = ['graviton-model.service', 'graviton-api-keys.service', 'graviton-metrics.service'];
    const units = {
      'inference-runtime@.service': templateUnitOf(runtime).replaceAll('User=graviton-server', 'User=root'),
      ...Object.fromEntries(own.map((name) => [name, fs.readFileSync(onInstance(name), 'utf8')])),
      ...Object.fromEntries(
        installed.map((name) => [
          name,
          writtenFile(phases, `/etc/systemd/system/${name}`).replaceAll('User=graviton-server', 'User=root'),
        ]),
      ),
    };
    const { status, complaints } = readBySystemd(scratch(), units, 'inference-runtime@0.service');
    expect({ status, complaints }).toEqual({ status: 0, complaints: '' });
  });
});

describe('instances may', () => {
  const allowed = (statements: iam.PolicyStatement[], stack: Stack) =>
    statements.map((statement) => stack.resolve(statement.toStatementJson()) as unknown);

  test('read the one object of the model', () => {
    const stack = newStack();
    expect(allowed(installation({}, stack).instancePolicyStatements, stack)).toEqual([
      {
        ...{ Effect: 'Allow', Action: 's3:GetObject' },
        Resource: { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':s3:::our-models/llama/8b.gguf']] },
      },
    ]);
  });

  test('read versions of it, and decrypt it and the keys through their services, and nothing else', () => {
    const stack = newStack();
    const encryptionKey = new kms.Key(stack, 'Key');
    const bucket = new s3.Bucket(stack, 'Models', { encryptionKey });
    const apiKeys = new secretsmanager.Secret(stack, 'Keys', { encryptionKey });
    const model = ModelSource.fromS3(bucket, 'llama.gguf', { versionId: 'v1' });
    const through = (service: string) => ({ StringEquals: { 'kms:ViaService': `${service}.us-east-1.amazonaws.com` } });
    const key = stack.resolve(encryptionKey.keyArn) as unknown;
    expect(allowed(installation({ model, apiKeys }, stack).instancePolicyStatements, stack)).toMatchObject([
      { Action: 's3:GetObjectVersion' },
      { Action: 'kms:Decrypt', Resource: key, Condition: through('s3') },
      { Action: 'secretsmanager:GetSecretValue', Resource: stack.resolve(apiKeys.secretArn) as unknown },
      { Action: 'kms:Decrypt', Resource: key, Condition: through('secretsmanager') },
    ]);
  });

  test('read a secret of which only the name is known', () => {
    const stack = newStack();
    const apiKeys = secretsmanager.Secret.fromSecretNameV2(stack, 'Keys', 'chat/keys');
    const [, statement] = allowed(installation({ apiKeys }, stack).instancePolicyStatements, stack);
    expect(JSON.stringify(statement)).toMatch(/:secret:chat\/keys-\?\?\?\?\?\?"/);
  });
});

describe('a model', () => {
  test.each([
    ['', /the key of an object/],
    ['/llama.gguf', /the key of an object/],
    ['s3://models/llama.gguf', /the key of an object/],
    ['models/', /the key of an object/],
    ['*.gguf', /without \*/],
    ['a{{b}}.gguf', /without \*/],
  ])('is refused with the key %j', (key, allowed) => {
    const bucket = s3.Bucket.fromBucketName(newStack(), 'Models', 'our-models');
    expect(problemsOf(() => ModelSource.fromS3(bucket, key))[0].allowed).toMatch(allowed);
  });

  test('is refused with a digest that is none', () => {
    const bucket = s3.Bucket.fromBucketName(newStack(), 'Models', 'our-models');
    const [{ what }] = problemsOf(() => ModelSource.fromS3(bucket, 'a.gguf', { sha256: 'sha256:00' }));
    expect(what).toBe('sha256');
  });
});

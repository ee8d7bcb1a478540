import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { App } from 'aws-cdk-lib';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { FleetTemplate, ModelFacts, PriceBook } from '../../lib';
import { askAnswers } from '../../lib/cli/init/ask-answers';
import { fleetYaml } from '../../lib/cli/init/fleet-yaml';
import { downloadOf } from '../../lib/cli/init/init-command';
import {
  defaultAnswers,
  FleetKind,
  ProjectAnswers,
  ServerAnswers,
  SMALL_MODEL,
} from '../../lib/cli/init/project-answers';
import { projectFiles } from '../../lib/cli/init/project-files';
import { memoryProblem, serverFor } from '../../lib/cli/init/served-model';
import { writeProject } from '../../lib/cli/init/write-project';
import packageJson from '../../package.json';
import { writeGguf } from '../../scripts/gguf/write-gguf';
import { randomModel } from '../engine-native/random-model';
import { COMMAND, useBuiltCommand } from '../support/built-command';
import { useBuiltInServer } from '../support/built-in-server';
import { LLAMA_8B } from '../support/model-app';
import { useScratchDirectory } from '../support/scratch-directory';

const prompts = vi.hoisted(() => ({ select: vi.fn(), input: vi.fn(), number: vi.fn() }));
vi.mock('@inquirer/prompts', () => prompts);

const scratch = useScratchDirectory();
useBuiltCommand();
useBuiltInServer();

describe('graviton-fleet init --yes', () => {
  test('writes a project whose packages are pinned, and says what comes next', () => {
    const directory = scratch();
    const { status, stdout } = init(directory, '--yes', '--no-install');
    expect({ status, stdout }).toEqual({
      status: 0,
      stdout: [
        'Next:',
        `  cd ${directory}`,
        '  npm install',
        '  npx graviton-fleet plan',
        '  npx cdk synth',
        '  npx cdk deploy --all',
        '',
      ].join('\n'),
    });
    expect(fs.readdirSync(directory).sort()).toEqual(['.gitignore', 'cdk.json', 'fleet.yaml', 'package.json']);
    const project = read(directory, 'package.json');
    expect(project.dependencies).toEqual({
      'cdk-graviton-fleet': packageJson.version,
      'aws-cdk-lib': packageJson.devDependencies['aws-cdk-lib'],
      constructs: packageJson.devDependencies.constructs,
    });
    expect(project.devDependencies).toEqual({ 'aws-cdk': packageJson.devDependencies['aws-cdk'] });
    const { app, context } = read(directory, 'cdk.json');
    expect(app).toBe('npx --no -- graviton-fleet app fleet.yaml');
    expect(context['@aws-cdk/core:validateAgainstDefaultRules']).toBe(true);
  });

  test('takes a tarball, a region and a kind, and prints JSON', () => {
    const directory = scratch();
    const tarball = path.join(path.dirname(directory), 'package.tgz');
    fs.writeFileSync(tarball, '');
    const flags = [
      '--yes',
      '--no-install',
      '--json',
      '--package',
      tarball,
      '--region',
      'us-west-2',
      '--kind',
      'worker',
    ];
    const { status, stdout } = init(directory, ...flags);
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      written: expect.arrayContaining([path.join(directory, 'fleet.yaml')]) as [],
    });
    expect(read(directory, 'package.json').dependencies['cdk-graviton-fleet']).toBe(`file:${tarball}`);
    const yaml = fs.readFileSync(path.join(directory, 'fleet.yaml'), 'utf8');
    expect(yaml).toContain('production: { region: us-west-2 }');
    expect(yaml).toContain('workerFleets:');
  });

  test('overwrites nothing, names what is there, and leaves the rest unwritten', () => {
    const directory = scratch();
    fs.mkdirSync(directory);
    ['cdk.json', '.gitignore'].forEach((name) => fs.writeFileSync(path.join(directory, name), 'mine'));
    const { status, stderr } = init(directory, '--yes', '--no-install');
    expect(status).toBe(2);
    expect(stderr).toContain('got cdk.json, .gitignore, which init would overwrite');
    expect(fs.readdirSync(directory).sort()).toEqual(['.gitignore', 'cdk.json']);
    expect(fs.readFileSync(path.join(directory, 'cdk.json'), 'utf8')).toBe('mine');
  });

  test.each([
    [['--yes', '--region', 'Frankfurt'], /--region: got another text: Allowed is a region such as us-east-1/],
    [['--yes', '--region', 'ap-southeast-4'], /the default instance type m9g\.4xlarge cannot be had/],
    [['--yes', '--kind', 'training'], /Allowed choices are inference, worker/],
    [['--yes', '--model', 'no.gguf'], /model file no\.gguf[^]*got no no\.gguf/],
    [['--yes', '--model', 's3://bucket'], /got "s3:\/\/bucket"/],
    [['--yes', '--model', 's3://our-models/*.gguf'], /without \*/],
    [['--yes', '--kind', 'worker', '--model', 's3://our-models/a.gguf'], /--model: got one beside --kind worker/],
    [[], /got no terminal to ask on, allowed a terminal, or --yes/],
  ])('ends with 2 and writes nothing for %s', (flags, message) => {
    const directory = scratch();
    const { status, stderr } = init(directory, '--no-install', ...flags);
    expect(status).toBe(2);
    expect(stderr).toMatch(message);
    expect(fs.existsSync(directory)).toBe(false);
  });
});

describe('the template of a new project', () => {
  test.each(Object.values(FleetKind))('makes a stack without an edit: %s', (kind) => {
    const stacks = synthesize(defaultAnswers(kind, 'us-east-1'));
    const groups = stacks.flatMap(({ template }) => Object.values(template.Resources as Record<string, Resource>));
    expect(groups.filter(({ Type }) => Type === 'AWS::AutoScaling::AutoScalingGroup')).toHaveLength(1);
  });

  test.each<[string, (directory: string) => ServerAnswers]>([
    ['a file', (directory) => serverFor(modelIn(directory), directory)],
    ['an object', (directory) => serverFor('s3://our-models/llama/8b.gguf', directory)],
  ])('serves by the built-in server without an edit: %s', (_, serverIn) => {
    const directory = scratch();
    const answers = defaultAnswers(FleetKind.INFERENCE, 'us-east-1', serverIn(directory));
    const text = synthesize(answers, directory)
      .map(({ template }) => JSON.stringify(template))
      .join('');
    expect(text).toContain('graviton-server.js');
    expect(text).toContain('RequestsInFlight');
  });

  test('names the file from the project, and an object by bucket and key', () => {
    const directory = scratch();
    const file = modelIn(directory);
    expect(serverFor(file, directory)).toMatchObject({ model: { file: './model.gguf' }, contextLength: 640 });
    expect(serverFor(file, path.join(directory, 'app')).model).toEqual({ file: '../model.gguf' });
    const { model, contextLength } = serverFor('s3://our-models/a b/8b.gguf', directory);
    expect(fleetYaml(defaultAnswers(FleetKind.INFERENCE, 'us-east-1', { model, contextLength }))).toContain(
      'model: { fromS3: { bucket: our-models, key: "a b/8b.gguf" } }',
    );
  });

  test('keeps a model out of the repository', () => {
    const ignored = (answers: ProjectAnswers) =>
      projectFiles(answers, { directory: '.' }).find(({ name }) => name === '.gitignore')!.content;
    const small = defaultAnswers(FleetKind.INFERENCE, 'us-east-1', SMALL_MODEL);
    expect(ignored(small)).toContain('*.gguf\n');
    expect(ignored(defaultAnswers(FleetKind.INFERENCE, 'us-east-1'))).not.toContain('gguf');
  });

  test('has about ten lines of substance, and the schema for editors', () => {
    const lines = fleetYaml(defaultAnswers(FleetKind.INFERENCE, 'us-east-1')).split('\n');
    expect(lines[0]).toMatch(
      /^# yaml-language-server: \$schema=node_modules\/cdk-graviton-fleet\/lib\/.*\.schema\.json$/,
    );
    const schema = lines[0].split('cdk-graviton-fleet/')[1];
    expect(fs.existsSync(path.join(__dirname, '..', '..', schema))).toBe(true);
    expect(lines.length).toBeLessThan(22);
  });

  test.each([
    'registry.example.com:5000/team/server@sha256:0f3a',
    'true',
    'it\'s: a "trap" # or { not }',
    '- list: [ item',
  ])('holds any text of an answer: %j', (image) => {
    const answers = defaultAnswers(FleetKind.INFERENCE, 'us-east-1');
    const directory = scratch();
    writeProject(directory, [
      {
        name: 'fleet.yaml',
        content: fleetYaml({ ...answers, runtime: { image: 'server', command: [image, '--port'] } }),
      },
    ]);
    const template = FleetTemplate.fromFile(path.join(directory, 'fleet.yaml'));
    expect(template.fleetNames).toEqual(['chat']);
  });
});

describe('a model', () => {
  test('is refused for an instance type whose memory does not hold it', () => {
    const facts = ModelFacts.of(LLAMA_8B);
    const runtime = { model: { file: './8b.gguf' }, contextLength: 8192, facts };
    expect(memoryProblem(runtime, 'm9g.4xlarge')).toBeUndefined();
    expect(memoryProblem(runtime, 'c9g.xlarge')).toMatch(
      /^It has 6\.8 GiB of memory for the model, which needs 13\.\d GiB/,
    );
    expect(memoryProblem(SMALL_MODEL, 'c9g.medium')).toBeUndefined();
  });

  test('that has to be downloaded is, before the next step needs it', async () => {
    prompts.select
      .mockReset()
      .mockResolvedValueOnce('small')
      .mockImplementation(({ default: standard }: { default: string }) => Promise.resolve(standard));
    prompts.number.mockImplementation(({ default: standard }: { default: number }) => Promise.resolve(standard));
    const answers = await askAnswers({ kind: FleetKind.INFERENCE, region: 'us-east-1', directory: '.' });
    expect(answers).toEqual(defaultAnswers(FleetKind.INFERENCE, 'us-east-1', SMALL_MODEL));
    expect(downloadOf(answers)).toEqual([
      'curl --fail --location --output ./Qwen3-0.6B-Q8_0.gguf ' +
        'https://huggingface.co/Qwen/Qwen3-0.6B-GGUF/resolve/main/Qwen3-0.6B-Q8_0.gguf',
    ]);
  });

  test('of a user is asked for until there is one', async () => {
    const file = modelIn(scratch());
    prompts.select
      .mockReset()
      .mockResolvedValueOnce('mine')
      .mockImplementation(({ default: standard }: { default: string }) => Promise.resolve(standard));
    prompts.input.mockReset().mockResolvedValueOnce(` ${file} `);
    prompts.number.mockImplementation(({ default: standard }: { default: number }) => Promise.resolve(standard));
    const { runtime } = await askAnswers({ kind: FleetKind.INFERENCE, region: 'us-east-1', directory: '/' });
    expect(runtime).toMatchObject({ model: { file: `.${file}` }, contextLength: 640 });
    expect(downloadOf({ ...defaultAnswers(FleetKind.INFERENCE, 'us-east-1'), runtime })).toEqual([]);
    const [{ validate }] = prompts.input.mock.calls[0] as [{ validate: (text: string) => unknown }];
    expect(validate(`${file} `)).toBe(true);
    expect(validate('missing.gguf')).toMatch(/^It is no missing\.gguf\. Allowed is a whole GGUF file/);
    expect(validate('s3://our-models/8b.gguf')).toBe(true);
    expect(validate('s3://our-models')).toMatch(/Allowed is a GGUF file, or an object such as s3:/);
  });
});

describe('the questions', () => {
  beforeEach(() => Object.values(prompts).forEach((prompt) => prompt.mockReset()));

  test('each have a default, with which the answers are those of --yes', async () => {
    prompts.select
      .mockResolvedValueOnce(FleetKind.INFERENCE)
      .mockResolvedValueOnce('llama')
      .mockImplementation(({ default: standard }: { default: string }) => Promise.resolve(standard));
    for (const prompt of [prompts.input, prompts.number]) {
      prompt.mockImplementation(({ default: standard }: { default: unknown }) => Promise.resolve(standard));
    }
    vi.stubEnv('CDK_DEFAULT_REGION', undefined);
    vi.stubEnv('AWS_REGION', undefined);
    expect(await askAnswers({ directory: '.' })).toEqual(defaultAnswers(FleetKind.INFERENCE, 'us-east-1'));
    vi.unstubAllEnvs();
  });

  test('show list prices, and refuse what the fleet would refuse', async () => {
    prompts.select.mockResolvedValueOnce('another');
    prompts.input.mockResolvedValueOnce('m8g.2xlarge');
    prompts.number.mockImplementation(({ default: standard }: { default: number }) => Promise.resolve(standard));
    const answers = await askAnswers({ kind: FleetKind.WORKER, region: 'us-east-1', directory: '.' });
    expect(answers).toMatchObject({ instanceType: 'm8g.2xlarge', minInstances: 0 });
    const [{ choices }] = prompts.select.mock.calls[0] as [{ choices: { name: string }[] }];
    const { usdPerHour } = PriceBook.published().listPrice('m9g.4xlarge', 'us-east-1')!;
    expect(choices.map(({ name }) => name)).toContain(
      `m9g.4xlarge: 16 vCPUs, 64 GiB, ${usdPerHour.toFixed(4)} USD per hour, list price 2026-07-20`,
    );
    const [{ validate }] = prompts.input.mock.calls[0] as [{ validate: (text: string) => unknown }];
    expect(validate('c7i.large')).toMatch(/x86 instance type/);
    expect(validate('m9g.4xlarge')).toBe(true);
    const counts = prompts.number.mock.calls as [{ validate: (count: number) => unknown }][];
    expect(counts[1][0].validate(0)).toMatch(/from 1/);
  });
});

interface Resource {
  readonly Type: string;
}

function init(directory: string, ...flags: string[]) {
  return spawnSync(process.execPath, [COMMAND, 'init', '--directory', directory, ...flags], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

/** A small file that the built-in server runs. */
function modelIn(directory: string): string {
  fs.mkdirSync(directory, { recursive: true });
  const file = path.join(directory, 'model.gguf');
  fs.writeFileSync(file, writeGguf(randomModel()));
  return file;
}

function read(directory: string, name: string): Record<string, Record<string, unknown>> {
  return JSON.parse(fs.readFileSync(path.join(directory, name), 'utf8')) as Record<string, Record<string, unknown>>;
}

function synthesize(answers: ProjectAnswers, directory = scratch()) {
  writeProject(directory, [{ name: 'fleet.yaml', content: fleetYaml(answers) }]);
  const app = new App({ outdir: scratch() });
  FleetTemplate.fromFile(path.join(directory, 'fleet.yaml')).addTo(app);
  return app.synth().stacks;
}

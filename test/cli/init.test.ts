import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { App } from 'aws-cdk-lib';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { FleetTemplate, PriceBook } from '../../lib';
import { askAnswers } from '../../lib/cli/init/ask-answers';
import { fleetYaml } from '../../lib/cli/init/fleet-yaml';
import { defaultAnswers, FleetKind, ProjectAnswers } from '../../lib/cli/init/project-answers';
import { writeProject } from '../../lib/cli/init/write-project';
import packageJson from '../../package.json';
import { COMMAND, useBuiltCommand } from '../support/built-command';
import { useScratchDirectory } from '../support/scratch-directory';

const prompts = vi.hoisted(() => ({ select: vi.fn(), input: vi.fn(), number: vi.fn() }));
vi.mock('@inquirer/prompts', () => prompts);

const scratch = useScratchDirectory();
useBuiltCommand();

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
    expect(await askAnswers({})).toEqual(defaultAnswers(FleetKind.INFERENCE, 'us-east-1'));
    vi.unstubAllEnvs();
  });

  test('show list prices, and refuse what the fleet would refuse', async () => {
    prompts.select.mockResolvedValueOnce('another');
    prompts.input.mockResolvedValueOnce('m8g.2xlarge');
    prompts.number.mockImplementation(({ default: standard }: { default: number }) => Promise.resolve(standard));
    const answers = await askAnswers({ kind: FleetKind.WORKER, region: 'us-east-1' });
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

function read(directory: string, name: string): Record<string, Record<string, unknown>> {
  return JSON.parse(fs.readFileSync(path.join(directory, name), 'utf8')) as Record<string, Record<string, unknown>>;
}

function synthesize(answers: ProjectAnswers) {
  const directory = scratch();
  writeProject(directory, [{ name: 'fleet.yaml', content: fleetYaml(answers) }]);
  const app = new App({ outdir: scratch() });
  FleetTemplate.fromFile(path.join(directory, 'fleet.yaml')).addTo(app);
  return app.synth().stacks;
}

import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { Lazy } from 'aws-cdk-lib';
import { describe, expect, test } from 'vitest';
import { ContainerRuntimeOptions, InferenceRuntime } from '../../lib';
import { problemsOf } from '../support/config-error';
import { useScratchDirectory } from '../support/scratch-directory';

const scratch = useScratchDirectory();
const IMAGE = 'ghcr.io/ggml-org/llama.cpp:server';

/** What a shell, systemd or docker might take for more than text. */
const AWKWARD = [
  ...[
    'two words',
    '100%',
    '%h',
    '$HOME',
    '${HOME}',
    '$$',
    'say "hi"',
    "it's",
    'back\\slash',
    '\\x41',
    '',
    ';',
    '|',
    '&',
  ],
  ...[
    'tab\there',
    ' leading',
    'trailing ',
    '#hash',
    '~',
    '*',
    '`id`',
    'ünïcode',
    '--flag=a,b',
    '@',
    '-',
    '{"json": [1]}',
  ],
];

function unitOf(options: Partial<ContainerRuntimeOptions> = {}): string {
  const { build } = InferenceRuntime.container({ image: IMAGE, ...options })._phases;
  const [{ content }] = build.find(({ name }) => name === 'WriteUnit')!.inputs as { content: string }[];
  return content;
}

function commandLine(unit: string): string {
  return /^ExecStart=(.*)$/m.exec(unit)![1];
}

/** Splits a command line by the rules of systemd.syntax(7) and systemd.service(5) for double quotes, \, % and $. */
function parseCommandLine(line: string): string[] {
  const words = line.match(/"(?:\\.|[^"\\])*"|\S+/g) ?? [];
  return words.map((word) =>
    (word.startsWith('"') ? word.slice(1, -1).replace(/\\(.)/g, '$1') : word).replace(/%%/g, '%').replace(/\$\$/g, '$'),
  );
}

describe('the unit', () => {
  test('publishes the port, mounts the kernels read-only and never pulls', () => {
    const words = parseCommandLine(commandLine(unitOf({ port: 9000, command: ['serve'] })));
    const kernels = '/opt/graviton/kernels';
    expect(words).toEqual([
      ...['/usr/bin/docker', 'run', '--rm', '--name', 'inference-runtime', '--pull', 'never', '--publish', '9000:9000'],
      ...['--mount', `type=bind,source=${kernels},target=${kernels},readonly`, IMAGE, 'serve'],
    ]);
  });

  test('hands awkward arguments and variables on unchanged', () => {
    const environment = Object.fromEntries(AWKWARD.map((value, index) => [`V${index}`, value]));
    const words = parseCommandLine(commandLine(unitOf({ command: AWKWARD, environment })));
    expect(words.slice(-AWKWARD.length)).toEqual(AWKWARD);
    const variables = words.filter((_, index) => words[index - 1] === '--env');
    expect(variables).toEqual(AWKWARD.map((value, index) => `V${index}=${value}`));
  });

  const hasSystemd = spawnSync('systemd-analyze', ['--version']).status === 0;

  test.runIf(hasSystemd)('is read by systemd itself as it is meant', () => {
    const directory = scratch();
    fs.mkdirSync(directory);
    const file = path.join(directory, 'inference-runtime.service');
    // Here is no docker, and systemd would complain of that.
    // It shows a tab as \t and a leading # or ~ bare, which no shell reads back.
    const command = AWKWARD.filter((word) => !/^[#~]|\t/.test(word));
    fs.writeFileSync(file, unitOf({ command }).replaceAll('/usr/bin/docker', '/bin/echo'));
    const { stderr, stdout } = spawnSync('systemd-analyze', ['verify', '--man=no', file], {
      encoding: 'utf8',
      env: { ...process.env, SYSTEMD_LOG_LEVEL: 'debug', LC_ALL: 'C.UTF-8' },
    });
    const lines = [...`${stdout}${stderr}`.matchAll(/Command Line: (.*)$/gm)].map(([, line]) => line);
    const shown = lines.find((line) => line.includes(' run '))!;
    // systemd shows its words quoted for a shell, and expands $$ only when it runs them.
    const words = spawnSync('bash', ['-c', `printf '%s\\0' ${shown}`], { encoding: 'utf8' }).stdout.split('\0');
    expect(words.slice(-command.length - 1, -1).map((word) => word.replaceAll('$$', '$'))).toEqual(command);
  });
});

describe('the contract with a fleet', () => {
  test('has defaults', () => {
    expect(InferenceRuntime.container({ image: IMAGE })).toMatchObject({
      port: 8080,
      healthPath: '/health',
      metadataHopLimit: 2,
    });
  });

  test.each([
    ...['nginx', 'nginx:1.27', 'localhost:5000/a/b', 'public.ecr.aws/x/y:tag', `ghcr.io/a/b@sha256:${'0'.repeat(64)}`],
    Lazy.string({ produce: () => 'nginx' }),
  ])('takes the image %s', (image) => {
    expect(() => InferenceRuntime.container({ image })).not.toThrow();
  });
});

describe('options are refused', () => {
  test.each<[string, Partial<ContainerRuntimeOptions>]>([
    ['image', { image: '' }],
    ['image', { image: 'Not an image' }],
    ['image', { image: 'nginx; reboot' }],
    ['image', { image: 'https://ghcr.io/a/b' }],
    ['image', { image: '--privileged' }],
    ['image', { image: 'nginx@sha256:12' }],
    ['port', { port: 0 }],
    ['port', { port: 65536 }],
    ['port', { port: 80.5 }],
    ['port', { port: Number.NaN }],
    ['healthPath', { healthPath: 'health' }],
    ['healthPath', { healthPath: '/a b' }],
    ['healthPath', { healthPath: '' }],
    ['command[1]', { command: ['a', 'b\nExecStartPre=/bin/sh'] }],
    ['command[0]', { command: ['nul\0'] }],
    ['command[0]', { command: ['{{ build.step.outputs.stdout }}'] }],
    ['environment A', { environment: { A: '{{ x }}' } }],
    ['environment A', { environment: { A: 'one\ntwo' } }],
    ['environment 1A', { environment: { '1A': 'x' } }],
    ['environment A B', { environment: { 'A B': 'x' } }],
  ])('%s: %j', (what, options) => {
    const problems = problemsOf(() => InferenceRuntime.container({ image: IMAGE, ...options }));
    expect(problems.map((problem) => problem.what)).toEqual([what]);
  });

  test('all at once', () => {
    const options = { image: 'No', port: -1, healthPath: 'x', command: ['{{'], environment: { 'a-b': '\n' } };
    const problems = problemsOf(() => InferenceRuntime.container(options));
    expect(problems.map(({ what }) => what)).toEqual([
      ...['image', 'port', 'healthPath', 'command[0]', 'environment a-b', 'environment a-b'],
    ]);
  });
});

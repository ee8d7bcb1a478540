import { spawnSync } from 'node:child_process';
import { Lazy } from 'aws-cdk-lib';
import { describe, expect, test } from 'vitest';
import { ContainerRuntimeOptions, InferenceRuntime, ProcessPlacement } from '../../lib';
import { problemsOf } from '../support/config-error';
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
  return templateUnitOf(InferenceRuntime.container({ image: IMAGE, ...options }));
}

const runWords = (unit: string) => parseCommandLine(valuesOf(unit, 'ExecStart')[0]);

describe('the unit', () => {
  test('holds the container to its cores and memory, mounts the kernels read-only and never pulls', () => {
    const words = runWords(unitOf({ port: 9000, command: ['serve'] }));
    const kernels = '/opt/graviton/kernels';
    const passed = ['PROCESS', 'CPUS', 'NODES', 'THREADS', 'SLOTS'].flatMap((name) => ['--env', `INFERENCE_${name}`]);
    expect(words).toEqual([
      ...['/usr/bin/docker', 'run', '--name', 'inference-runtime-%i', '--rm', '--pull', 'never'],
      ...['--security-opt', 'no-new-privileges'],
      ...['--cpuset-cpus', '${INFERENCE_CPUS}', '--cpuset-mems', '${INFERENCE_NODES}'],
      ...['--publish', '${INFERENCE_HOST}:${INFERENCE_PORT}:9000'],
      ...['--mount', `type=bind,source=${kernels},target=${kernels},readonly`],
      ...[...passed, '--env', 'INFERENCE_HOST=0.0.0.0', '--env', 'INFERENCE_PORT=9000', IMAGE, 'serve'],
    ]);
  });

  test('starts after the check of the kernels only, and is stopped after the proxy', () => {
    const unit = unitOf();
    expect(valuesOf(unit, 'Requires')).toEqual(['graviton-kernels.service docker.service']);
    expect(valuesOf(unit, 'After')).toEqual(['graviton-kernels.service docker.service network-online.target']);
    expect(valuesOf(unit, 'Before')).toEqual(['inference-proxy.service']);
    expect(valuesOf(unit, 'Restart')).toEqual(['always']);
    expect(valuesOf(unitOf({ placement: ProcessPlacement.single() }), 'Before')).toEqual([]);
  });

  test('drains inside of the container first, then stops it, each within 110 seconds', () => {
    expect(valuesOf(unitOf(), 'ExecStop')).toEqual([
      '-/usr/bin/docker stop --time ${INFERENCE_STOP_SECONDS} inference-runtime-%i',
    ]);
    const unit = unitOf({ port: 9000, drainCommand: ['/drain', '--port', '${INFERENCE_PORT}', '100% $x'] });
    expect(valuesOf(unit, 'ExecStop')).toEqual([
      '-/usr/bin/timeout ${INFERENCE_STOP_SECONDS} /usr/bin/docker exec inference-runtime-%i /drain --port 9000 "100%% $$x"',
      '-/usr/bin/docker stop --time ${INFERENCE_STOP_SECONDS} inference-runtime-%i',
    ]);
    expect(valuesOf(unit, 'Environment')).toEqual(['INFERENCE_STOP_SECONDS=110']);
    expect(valuesOf(unit, 'TimeoutStopSec')).toEqual(['115']);
  });

  test('hands awkward arguments and variables on unchanged', () => {
    const environment = Object.fromEntries(AWKWARD.map((value, index) => [`V${index}`, value]));
    const words = runWords(unitOf({ command: AWKWARD, environment }));
    expect(words.slice(-AWKWARD.length)).toEqual(AWKWARD);
    const variables = words.filter((word, index) => words[index - 1] === '--env' && /^V\d/.test(word));
    expect(variables).toEqual(AWKWARD.map((value, index) => `V${index}=${value}`));
  });

  test('fills in what is known of the process, and in a container its own port', () => {
    const command = ['--threads=${INFERENCE_THREADS}', '--port', '${INFERENCE_PORT}', '--host', '${INFERENCE_HOST}'];
    const line = valuesOf(unitOf({ command, environment: { A: '${INFERENCE_SLOTS}' } }), 'ExecStart')[0];
    expect(line).toMatch(/ "--threads=\$\{INFERENCE_THREADS\}" --port 8080 --host 0\.0\.0\.0$/);
    expect(line).toContain('--env "A=${INFERENCE_SLOTS}"');
  });

  test.runIf(HAS_SYSTEMD)('is read by systemd itself as it is meant', () => {
    // It shows a tab as \t and a leading # or ~ bare, which no shell reads back.
    const command = AWKWARD.filter((word) => !/^[#~]|\t/.test(word));
    const units = {
      'inference-runtime@.service': unitOf({ command }),
      'graviton-kernels.service': '[Service]\nType=oneshot\nExecStart=/bin/true\n',
      'docker.service': '[Service]\nExecStart=/bin/true\n',
    };
    const { complaints, debug } = readBySystemd(scratch(), units, 'inference-runtime@3.service');
    expect(complaints).toBe('');
    const lines = [...debug.matchAll(/Command Line: (.*)$/gm)].map(([, line]) => line);
    const shown = lines.find((line) => line.includes(' run '))!;
    expect(shown).toContain('--name inference-runtime-3 ');
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
      slotsPerProcess: 1,
      metricsPath: undefined,
      drainCommand: undefined,
      placement: ProcessPlacement.perCores(16),
    });
  });

  test('is written onto the AMI', () => {
    const runtime = InferenceRuntime.container({
      image: IMAGE,
      port: 9000,
      healthPath: '/ready',
      metricsPath: '/metrics',
      drainCommand: ['/drain', 'now'],
      slotsPerProcess: 4,
      placement: ProcessPlacement.perNumaNode(),
    });
    expect(JSON.parse(writtenFile(runtime._phases, '/etc/graviton/runtime.json'))).toEqual({
      schemaVersion: 1,
      port: 9000,
      firstProcessPort: 20000,
      healthPath: '/ready',
      metricsPath: '/metrics',
      drainCommand: ['/drain', 'now'],
      slotsPerProcess: 4,
      placement: { kind: 'numa-node' },
    });
  });

  test('has a proxy unless there is a single process', () => {
    const text = (placement?: ProcessPlacement) =>
      JSON.stringify(InferenceRuntime.container({ image: IMAGE, placement })._phases);
    expect(text()).toContain('dnf install -y haproxy');
    expect(text()).toContain('systemctl enable inference-runtime.target inference-proxy.service');
    expect(text(ProcessPlacement.single())).not.toMatch(/haproxy|inference-proxy|proxy-config/);
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
    ['metricsPath', { metricsPath: 'metrics' }],
    ['healthPath', { healthPath: '/{{x}}' }],
    ['drainCommand', { drainCommand: [] }],
    ['drainCommand[1]', { drainCommand: ['/drain', 'a\nb'] }],
    ['slotsPerProcess', { slotsPerProcess: 0 }],
    ['slotsPerProcess', { slotsPerProcess: 1.5 }],
    ['port', { port: Lazy.number({ produce: () => 8080 }) }],
  ])('%s: %j', (what, options) => {
    const problems = problemsOf(() => InferenceRuntime.container({ image: IMAGE, ...options }));
    expect(problems.map((problem) => problem.what)).toEqual([what]);
  });

  test('all at once', () => {
    const options = { image: 'No', port: -1, healthPath: 'x', command: ['{{'], environment: { 'a-b': '\n' } };
    const problems = problemsOf(() => InferenceRuntime.container(options));
    expect(problems.map(({ what }) => what)).toEqual([
      ...['image', 'command[0]', 'environment a-b', 'environment a-b', 'port', 'healthPath'],
    ]);
  });
});

import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { describe, expect, test } from 'vitest';
import { InferenceRuntime, ProcessPlacement, SystemdRuntimeOptions } from '../../lib';
import { problemsOf } from '../support/config-error';
import { onInstance } from '../support/on-instance';
import { useScratchDirectory } from '../support/scratch-directory';
import { HAS_SYSTEMD, parseCommandLine, readBySystemd, templateUnitOf, valuesOf } from '../support/unit-files';

const scratch = useScratchDirectory();

const COMMAND = ['/opt/llama/llama-server', '--port', '${INFERENCE_PORT}'];

function unitOf(options: Partial<SystemdRuntimeOptions> = {}): string {
  return templateUnitOf(InferenceRuntime.systemd({ command: COMMAND, ...options }));
}

const only = (unit: string, key: string) => {
  expect(valuesOf(unit, key)).toHaveLength(1);
  return valuesOf(unit, key)[0];
};

describe('the unit', () => {
  test('runs the program as a user of its own, without privileges', () => {
    const unit = unitOf();
    expect(only(unit, 'ExecStart')).toBe('/opt/llama/llama-server --port "${INFERENCE_PORT}"');
    expect(only(unit, 'DynamicUser')).toBe('yes');
    expect(only(unit, 'CapabilityBoundingSet')).toBe('');
    for (const key of ['NoNewPrivileges', 'ProtectHome', 'PrivateTmp', 'PrivateDevices', 'ProtectControlGroups']) {
      expect(only(unit, key)).toBe('yes');
    }
    expect(only(unit, 'ProtectSystem')).toBe('strict');
    expect(InferenceRuntime.systemd({ command: COMMAND }).metadataHopLimit).toBe(1);
  });

  test('runs as a user of the AMI, in a directory, with more to write to and to wait for', () => {
    const runtime = InferenceRuntime.systemd({
      command: COMMAND,
      user: 'llama',
      workingDirectory: '/opt/llama',
      writableDirectories: ['/mnt/cache', '/var/log/llama'],
      requiredUnits: ['mnt-models.mount', 'model@8b.service'],
    });
    const unit = templateUnitOf(runtime);
    expect(only(unit, 'User')).toBe('llama');
    expect(valuesOf(unit, 'DynamicUser')).toEqual([]);
    expect(only(unit, 'WorkingDirectory')).toBe('/opt/llama');
    expect(only(unit, 'ReadWritePaths')).toBe('/mnt/cache /var/log/llama');
    expect(only(unit, 'Requires')).toBe('graviton-kernels.service mnt-models.mount model@8b.service');
    expect(JSON.stringify(runtime._phases.validate)).toContain('id llama >/dev/null');
    expect(JSON.stringify(runtime._phases.validate)).toContain('test -x /opt/llama/llama-server');
  });

  test('sets variables that may name what is known of the process', () => {
    const environment = { OMP_NUM_THREADS: '${INFERENCE_THREADS}', NOTE: '100% of $HOME and ${HOME}' };
    const line = only(unitOf({ environment }), 'ExecStart');
    expect(line).toContain('"OMP_NUM_THREADS=${INFERENCE_THREADS}" "NOTE=100%% of $$HOME and $${HOME}"');
    expect(parseCommandLine(line)).toEqual([
      ...['/usr/bin/env', 'OMP_NUM_THREADS=${INFERENCE_THREADS}', 'NOTE=100% of $HOME and ${HOME}', ...COMMAND],
    ]);
  });

  test('drains before it is stopped', () => {
    expect(valuesOf(unitOf(), 'ExecStop')).toEqual([]);
    const unit = unitOf({ drainCommand: ['/opt/llama/drain', '${INFERENCE_PROCESS}'] });
    expect(only(unit, 'ExecStop')).toBe(
      '-/usr/bin/timeout ${INFERENCE_STOP_SECONDS} /opt/llama/drain "${INFERENCE_PROCESS}"',
    );
    expect(only(unit, 'Environment')).toBe('INFERENCE_STOP_SECONDS=110');
    expect(only(unit, 'TimeoutStopSec')).toBe('115');
  });

  test.each([
    [443, ProcessPlacement.single(), ['CAP_NET_BIND_SERVICE']],
    [443, ProcessPlacement.perNumaNode(), []],
    [8080, ProcessPlacement.single(), []],
  ])('may bind port %i only where it must', (port, placement, capabilities) => {
    expect(valuesOf(unitOf({ port, placement }), 'AmbientCapabilities')).toEqual(capabilities);
  });
});

describe.runIf(HAS_SYSTEMD)('systemd', () => {
  const own = (name: string) => fs.readFileSync(onInstance(name), 'utf8');
  const units = () => ({
    'inference-runtime@.service': unitOf({ requiredUnits: ['mnt-models.mount'], drainCommand: ['/usr/bin/drain'] }),
    'inference-runtime@0.service.d/50-placement.conf': '[Service]\nAllowedCPUs=0-15\nAllowedMemoryNodes=0-1\n',
    'mnt-models.mount': '[Mount]\nWhat=/dev/sdx\nWhere=/mnt/models\n',
    ...Object.fromEntries(
      [
        ...['inference-runtime.target', 'inference-proxy.service'],
        ...['graviton-kernels.service', 'graviton-kernels-report.service'],
      ].map((name) => [name, own(name)]),
    ),
  });

  test('has nothing to say against any of the units', () => {
    const { status, complaints } = readBySystemd(scratch(), units(), 'inference-runtime@0.service');
    expect({ status, complaints }).toEqual({ status: 0, complaints: '' });
  });

  test('would say so if there were', () => {
    const wrong = { ...units(), 'inference-runtime@0.service.d/50-placement.conf': '[Service]\nAllowedCores=1\n' };
    const { complaints } = readBySystemd(scratch(), wrong, 'inference-runtime@0.service');
    expect(complaints).toContain("Unknown key 'AllowedCores'");
  });

  /** systemd's own score of what a unit could do, from 0 to 10; an unhardened service has 9.6. */
  test.each([
    ['inference-runtime@.service', 35],
    ['inference-proxy.service', 40],
    ['graviton-kernels.service', 50],
    ['graviton-kernels-report.service', 50],
  ])('finds %s exposed by at most %i tenths', (name, threshold) => {
    const directory = scratch();
    readBySystemd(directory, units(), 'inference-runtime@0.service');
    const args = ['security', '--offline=true', '--no-pager', `--threshold=${threshold}`, path.join(directory, name)];
    const { status, stdout } = spawnSync('systemd-analyze', args, { encoding: 'utf8' });
    expect({ status, verdict: stdout.split('\n').slice(-2).join('') }).toMatchObject({ status: 0 });
  });
});

describe('options are refused', () => {
  test.each<[string, Partial<SystemdRuntimeOptions>]>([
    ['command[0]', { command: [] }],
    ['command[0]', { command: ['llama-server'] }],
    ['command[0]', { command: ['/opt/llama server'] }],
    ['command[1]', { command: ['/a', 'b\nc'] }],
    ['user', { user: 'Not a user' }],
    ['user', { user: 'a\nUser=root' }],
    ['environment A', { environment: { A: '{{ x }}' } }],
    ['workingDirectory', { workingDirectory: 'opt' }],
    ['writableDirectories[1]', { writableDirectories: ['/a', '/b c'] }],
    ['requiredUnits[0]', { requiredUnits: ['docker'] }],
    ['requiredUnits[0]', { requiredUnits: ['a.service\nb.service'] }],
    ['port', { port: 0 }],
  ])('%s: %j', (what, options) => {
    const problems = problemsOf(() => InferenceRuntime.systemd({ command: COMMAND, ...options }));
    expect(problems.map((problem) => problem.what)).toEqual([what]);
  });

  test('all at once', () => {
    const options = { command: ['x', '{{'], user: '-', workingDirectory: '.', drainCommand: [], slotsPerProcess: -1 };
    const problems = problemsOf(() => InferenceRuntime.systemd(options));
    expect(problems.map(({ what }) => what)).toEqual([
      ...['command[0]', 'command[1]', 'user', 'workingDirectory', 'drainCommand', 'slotsPerProcess'],
    ]);
  });
});

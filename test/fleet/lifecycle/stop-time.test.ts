import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { Duration } from 'aws-cdk-lib';
import { describe, expect, test } from 'vitest';
import { FleetCapacity, FleetDrain, InferenceRuntime } from '../../../lib';
import { stopTimeCommands } from '../../../lib/fleet/lifecycle/private/stop-time';
import { existingFleet, newStack } from '../../support/fleet-app';
import { onInstance } from '../../support/on-instance';
import { useScratchDirectory } from '../../support/scratch-directory';
import { useSilentWarnings } from '../../support/silent-warnings';
import { HAS_SYSTEMD, readBySystemd, templateUnitOf } from '../../support/unit-files';
import { workerFleet } from '../../support/worker-app';

const scratch = useScratchDirectory();
useSilentWarnings();

const drainOf = (seconds: number) => FleetDrain.within(Duration.seconds(seconds));

/** Runs the commands of a first boot, on directories of a test's own. */
function boot(drain: FleetDrain): { status: number | null; stderr: string; systemd: string } {
  const systemd = scratch();
  fs.mkdirSync(systemd, { recursive: true });
  const bin = path.join(systemd, 'bin');
  fs.mkdirSync(bin);
  fs.writeFileSync(path.join(bin, 'systemctl'), `#!/bin/sh\necho "$@" >>${systemd}/calls\n`, { mode: 0o755 });
  const script = ['set -eu', ...stopTimeCommands(drain)].join('\n').replaceAll('/etc/systemd/system', systemd);
  const env = { PATH: `${bin}:${process.env.PATH}` };
  const { status, stderr } = spawnSync('bash', ['-c', script], {
    env,
    encoding: 'utf8',
    // With a socket as its input bash would read the start-up files of whoever runs the tests.
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  return { status, stderr, systemd };
}

describe('units have as long to stop as the longest request takes', () => {
  test('which the image allows by itself when it fits into the notice of an interruption', () => {
    expect(stopTimeCommands(drainOf(110))).toEqual([]);
    expect(stopTimeCommands(drainOf(111))).not.toEqual([]);
  });

  test('when it is longer, by what the first boot writes', () => {
    const { status, stderr, systemd } = boot(drainOf(600));
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    for (const unit of ['inference-runtime@', 'inference-proxy', 'graviton-worker-agent']) {
      expect(fs.readFileSync(path.join(systemd, `${unit}.service.d/60-drain.conf`), 'utf8')).toBe(
        '[Service]\nTimeoutStopSec=605\nEnvironment=INFERENCE_STOP_SECONDS=600\n',
      );
    }
    expect(fs.readFileSync(path.join(systemd, 'calls'), 'utf8')).toBe('daemon-reload\n');
  });

  test.runIf(HAS_SYSTEMD)('and systemd takes that in place of what the image says', () => {
    const { systemd } = boot(drainOf(600));
    const runtime = InferenceRuntime.container({ image: 'server', drainCommand: ['/drain'] });
    const dropIn = fs.readFileSync(path.join(systemd, 'inference-runtime@.service.d/60-drain.conf'), 'utf8');
    const own = (name: string) => fs.readFileSync(onInstance(name), 'utf8');
    const units = {
      'inference-runtime@.service': templateUnitOf(runtime),
      'inference-runtime@.service.d/60-drain.conf': dropIn,
      'docker.service': '[Service]\nExecStart=/bin/true\n',
      ...Object.fromEntries(
        ['graviton-kernels.service', 'graviton-kernels-report.service'].map((name) => [name, own(name)]),
      ),
    };
    const { complaints, debug } = readBySystemd(scratch(), units, 'inference-runtime@0.service');
    expect(complaints).toBe('');
    expect(debug).toMatch(/TimeoutStopSec: 10min 5s/);
    expect([...debug.matchAll(/Environment: (INFERENCE_STOP_SECONDS=.*)/g)].map(([, value]) => value)).toEqual([
      'INFERENCE_STOP_SECONDS=600',
    ]);
  });

  test('in every kind of fleet', () => {
    const lifecycle = { drain: drainOf(600) };
    const capacity = FleetCapacity.onDemand({ instanceTypes: ['m9g.4xlarge'] });
    const inference = existingFleet(newStack(), { lifecycle, capacity });
    for (const { userData } of [inference, workerFleet({ lifecycle, capacity })]) {
      expect(userData.render()).toContain('TimeoutStopSec=605');
    }
    expect(existingFleet(newStack()).userData.render()).not.toContain('TimeoutStopSec');
  });
});

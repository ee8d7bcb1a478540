import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { Duration } from 'aws-cdk-lib';
import { describe, expect, test } from 'vitest';
import { FleetCapacity, FleetDrain, InferenceRuntime } from '../../../lib';
import { timeLimitCommands } from '../../../lib/fleet/lifecycle/private/time-limits';
import { containerRuntime, existingFleet, newStack } from '../../support/fleet-app';
import { modelInBucket } from '../../support/model-app';
import { onInstance } from '../../support/on-instance';
import { useScratchDirectory } from '../../support/scratch-directory';
import { useSilentWarnings } from '../../support/silent-warnings';
import { HAS_SYSTEMD, readBySystemd, templateUnitOf } from '../../support/unit-files';
import { workerFleet } from '../../support/worker-app';

const scratch = useScratchDirectory();
useSilentWarnings();

const drainOf = (seconds: number) => FleetDrain.within(Duration.seconds(seconds));
const commandsFor = (seconds: number, runtime = containerRuntime(), requestLimit?: Duration) =>
  timeLimitCommands({ drain: drainOf(seconds), requestLimit }, runtime);

/** Runs the commands of a first boot, on directories of a test's own. */
function boot(commands: string[]): { status: number | null; stderr: string; systemd: string } {
  const systemd = scratch();
  fs.mkdirSync(systemd, { recursive: true });
  const bin = path.join(systemd, 'bin');
  fs.mkdirSync(bin);
  fs.writeFileSync(path.join(bin, 'systemctl'), `#!/bin/sh\necho "$@" >>${systemd}/calls\n`, { mode: 0o755 });
  const script = ['set -eu', ...commands].join('\n').replaceAll('/etc/systemd/system', systemd);
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
    expect(commandsFor(110)).toEqual([]);
    expect(commandsFor(111)).not.toEqual([]);
  });

  test('when it is longer, by what the first boot writes', () => {
    const { status, stderr, systemd } = boot(commandsFor(600));
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    for (const unit of ['inference-runtime@', 'inference-proxy', 'graviton-worker-agent']) {
      expect(fs.readFileSync(path.join(systemd, `${unit}.service.d/60-drain.conf`), 'utf8')).toBe(
        '[Service]\nTimeoutStopSec=605\nEnvironment=INFERENCE_STOP_SECONDS=600\n',
      );
    }
    expect(fs.readFileSync(path.join(systemd, 'calls'), 'utf8')).toBe('daemon-reload\n');
  });

  test.runIf(HAS_SYSTEMD)('and systemd takes that in place of what the image says', () => {
    const { systemd } = boot(commandsFor(600));
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

describe('the built-in server', () => {
  const server = () => InferenceRuntime.builtIn({ model: modelInBucket(newStack()) });

  test('lets a request take what the fleet says, beside the time to stop', () => {
    const { status, stderr, systemd } = boot(commandsFor(300, server(), Duration.seconds(300)));
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(fs.readFileSync(path.join(systemd, 'inference-runtime@.service.d/60-drain.conf'), 'utf8')).toBe(
      '[Service]\nTimeoutStopSec=305\nEnvironment=INFERENCE_STOP_SECONDS=300\nEnvironment=INFERENCE_REQUEST_SECONDS=300\n',
    );
    // A process of a small model may have started before, with the limits of the image on its command line.
    expect(fs.readFileSync(path.join(systemd, 'calls'), 'utf8')).toBe(
      'daemon-reload\ntry-restart --no-block inference-runtime@*.service\n',
    );
  });

  test('has what its image says where that suits the fleet', () => {
    expect(commandsFor(110, server())).toEqual([]);
    expect(commandsFor(110, server(), Duration.minutes(10))).toEqual([]);
    expect(commandsFor(600, server(), Duration.minutes(10)).join()).not.toContain('REQUEST');
  });
});

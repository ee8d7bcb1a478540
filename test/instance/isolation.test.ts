import { execFileSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { isolatedCommand, stopUnitCommand } from '../../instance/worker-agent/handlers/isolation';
import { Isolation } from '../../instance/worker-agent/worker-configuration';

describe('the command line of a job', () => {
  const commandOf = (isolation: Isolation, command: readonly string[], unitProperties: readonly string[] = []) =>
    isolatedCommand({ command, isolation, environment: {}, unitProperties, timeoutSeconds: 1 }, 'graviton-job-1', [
      'JOB_ID',
    ]);

  test.each(['process', 'namespaces'] as const)('in %s takes away the way to more rights', (isolation) => {
    const [program, ...args] = commandOf(isolation, ['grep', 'NoNewPrivs', '/proc/self/status']);
    expect(execFileSync(program, args, { encoding: 'utf8' })).toMatch(/NoNewPrivs:\s+1/);
  });

  // There is no systemd to run it here; these are the words of systemd-run(1), and what is asked of it.
  test('in a transient unit ends with the agent, has no network, no rights, and a user of its own', () => {
    const command = commandOf('systemd', ['/usr/bin/job', '--flag'], ['MemoryMax=4G']);
    expect(command[0]).toBe('systemd-run');
    expect(command).toEqual(
      expect.arrayContaining([
        '--pipe',
        '--wait',
        '--unit=graviton-job-1',
        '--property=BindsTo=graviton-worker-agent.service',
        '--property=DynamicUser=yes',
        '--property=PrivateNetwork=yes',
        '--property=NoNewPrivileges=yes',
        '--property=CapabilityBoundingSet=',
        '--property=MemoryMax=4G',
        '--setenv=JOB_ID',
      ]),
    );
    expect(command.slice(command.indexOf('--'))).toEqual(['--', '/usr/bin/job', '--flag']);
    expect(stopUnitCommand('graviton-job-1')).toEqual([
      'systemctl',
      'kill',
      '--signal=SIGKILL',
      'graviton-job-1.service',
    ]);
  });
});

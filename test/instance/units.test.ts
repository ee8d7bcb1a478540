import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { describe, expect, test } from 'vitest';
import { INSTANCE_PROGRAM_NAMES } from '../../scripts/build-instance-programs';
import { useScratchDirectory } from '../support/scratch-directory';
import { HAS_SYSTEMD, readBySystemd, valuesOf } from '../support/unit-files';

const UNITS = path.join(__dirname, '../../instance/units');
const text = (name: string): string => fs.readFileSync(path.join(UNITS, `${name}.service`), 'utf8');

/** Units by the programs that they start. */
const PROGRAMS = {
  'graviton-model': 'model-loader',
  'graviton-api-keys': 'api-keys',
  'graviton-metrics': 'metrics-agent',
};

describe('the units of what the built-in server needs', () => {
  const scratch = useScratchDirectory();

  test.each(Object.entries(PROGRAMS))(
    '%s runs a program that is built, and not again what cannot work',
    (unit, name) => {
      expect(INSTANCE_PROGRAM_NAMES).toContain(name);
      expect(valuesOf(text(unit), 'ExecStart')).toEqual([`/usr/bin/node-22 /opt/graviton/instance/${name}.js`]);
      expect(valuesOf(text(unit), 'Restart')).toEqual(['on-failure']);
      expect(valuesOf(text(unit), 'RestartPreventExitStatus')).toEqual(['78']);
      expect(valuesOf(text(unit), 'StartLimitIntervalSec')).toEqual(['0']);
    },
  );

  test('models and keys are there before the runtime starts, however long that takes', () => {
    for (const unit of ['graviton-model', 'graviton-api-keys']) {
      expect(valuesOf(text(unit), 'Before')).toEqual(['inference-runtime.target']);
      expect(valuesOf(text(unit), 'TimeoutStartSec')).toEqual(['infinity']);
    }
    const [before, after] = ['Before', 'After'].map((key) => valuesOf(text('graviton-metrics'), key)[0]);
    expect(after).toContain('inference-runtime.target');
    expect(before).toBe('graviton-drain-agent.service');
  });

  test('an instance that must go while its model is loaded has an agent that says so', () => {
    const [first] = valuesOf(text('graviton-model'), 'ExecStartPre');
    expect(first).toBe(
      '-+/usr/bin/systemctl start --no-block --job-mode=ignore-dependencies graviton-drain-agent.service',
    );
  });

  test('a user that is there only while the unit runs has a home', () => {
    const dynamic = Object.keys(PROGRAMS).filter((unit) => valuesOf(text(unit), 'DynamicUser').includes('yes'));
    expect(dynamic).toEqual(['graviton-metrics']);
    expect(valuesOf(text('graviton-metrics'), 'Environment')).toEqual(['HOME=/run/graviton-metrics']);
    expect(valuesOf(text('graviton-metrics'), 'RuntimeDirectory')).toEqual(['graviton-metrics']);
  });

  test('only the steps that mount and that start other units are without restrictions', () => {
    const free = Object.keys(PROGRAMS).flatMap((unit) => [...text(unit).matchAll(/^Exec\w+=-?\+(.*)$/gm)]);
    expect(free.map(([, command]) => command)).toEqual([
      '/usr/bin/systemctl start --no-block --job-mode=ignore-dependencies graviton-drain-agent.service',
      '/usr/bin/node-22 /opt/graviton/instance/model-loader.js --prepare-storage',
      '/usr/bin/systemctl start --no-block inference-runtime.target',
    ]);
    Object.keys(PROGRAMS).forEach((unit) => expect(valuesOf(text(unit), 'CapabilityBoundingSet')).toEqual(['']));
  });

  test.runIf(HAS_SYSTEMD)('systemd understands them, and finds them little exposed', () => {
    const directory = scratch();
    const units = Object.fromEntries(Object.keys(PROGRAMS).map((unit) => [`${unit}.service`, text(unit)]));
    expect(readBySystemd(directory, units).complaints).toBe('');
    for (const unit of Object.keys(units)) {
      const args = ['security', '--offline=true', '--threshold=40', path.join(directory, unit)];
      expect(spawnSync('systemd-analyze', args, { encoding: 'utf8' }).stdout).toMatch(/Overall exposure level.* OK/);
    }
  });
});

import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { describe, expect, test } from 'vitest';
import { readConfiguration } from '../../instance/common/read-configuration';
import runtimeSchema from '../../instance/drain-agent/runtime-contract.schema.json';
import { InferenceRuntime, RuntimeOptions } from '../../lib';
import { AgentAssets, agentPhases } from '../../lib/image/private/programs/agents-component';
import { INSTANCE_PROGRAMS } from '../../scripts/build-instance-programs';
import { problemsOf } from '../support/config-error';
import { newStack } from '../support/fleet-app';
import { named, smallImage } from '../support/image-app';
import { onInstance } from '../support/on-instance';
import { useScratchDirectory } from '../support/scratch-directory';
import { Json, onlyResource } from '../support/template';
import { HAS_SYSTEMD, readBySystemd, valuesOf, writtenFile } from '../support/unit-files';

const scratch = useScratchDirectory();
const UNITS = ['graviton-drain-agent.service', 'graviton-worker-agent.service'];

function phases() {
  return agentPhases(new AgentAssets(newStack(), 'Agents', {}));
}

const unit = (name: string) => writtenFile(phases(), `/etc/systemd/system/${name}`);

describe('the agents', () => {
  test('are on each AMI, and there before what compiles kernels', () => {
    const template = smallImage();
    const [id, component] = named(template, 'AWS::ImageBuilder::Component', 'Agents');
    const [, recipe] = onlyResource(template, 'AWS::ImageBuilder::ImageRecipe');
    const order = recipe.Properties.Components.map(({ ComponentArn: arn }: Json) => arn['Fn::GetAtt'][0]);
    expect(order[1]).toBe(id);
    expect(order[2]).toContain('Kernels');
    const sources = JSON.stringify(component.Properties.Data).match(/s3:\/\/cdk-hnb659fds-assets-[^"\\]*\.js/g);
    expect(new Set(sources).size).toBe(2);
  });

  test('are refused when the package was not built, with what to do', () => {
    const missing = scratch();
    const problems = problemsOf(() => new AgentAssets(newStack(), 'Agents', { directory: missing }));
    expect(problems).toEqual(
      ['drain-agent.js', 'worker-agent.js'].map((name) => ({
        what: 'agent',
        got: `no ${missing}/${name}`,
        allowed: 'a package that was built',
        fix: 'build the programs of this package: npm run build',
      })),
    );
  });

  test.each(['drain-agent', 'worker-agent'])(
    '%s is one file that loads, and ends by itself without a configuration, as the builder checks',
    (agent) => {
      const alone = path.join(fs.mkdtempSync(`${scratch()}-`), 'agent.js');
      fs.copyFileSync(path.join(INSTANCE_PROGRAMS, `${agent}.js`), alone);
      expect(spawnSync(process.execPath, ['--check', alone]).status).toBe(0);
      const { status, stdout } = spawnSync(process.execPath, [alone, `${alone}.json`], { encoding: 'utf8' });
      expect([status, stdout]).toEqual([78, expect.stringContaining('agent.js.json')]);
      expect(JSON.stringify(phases().validate)).toContain(`${agent}.js /opt/graviton/instance/no-configuration ||`);
    },
  );

  test.each([
    ['drain-agent', 'drain.json'],
    ['worker-agent', 'worker.json'],
  ])('%s starts on no instance outside of a fleet, with the Node.js that was installed', (agent, file) => {
    const text = unit(`graviton-${agent}.service`);
    expect(valuesOf(text, 'ConditionPathExists')).toEqual([`/etc/graviton/${file}`]);
    expect(valuesOf(text, 'ExecStart')).toEqual([`/usr/bin/node-22 /opt/graviton/instance/${agent}.js`]);
    expect(JSON.stringify(phases().build)).toContain('dnf install -y --setopt=install_weak_deps=False nodejs22');
  });

  test.each(UNITS)('%s stops before the runtime does, which it still needs', (name) => {
    expect(valuesOf(unit(name), 'After')[0].split(' ')).toContain('inference-runtime.target');
  });

  test('are tried on an instance of the AMI without waiting for a model that it may not be allowed to load', () => {
    const [{ inputs }] = phases().test!;
    const start = `systemctl start --job-mode=ignore-dependencies ${UNITS.join(' ')}`;
    expect((inputs as { commands: string[] }).commands[0].split('\n')).toContain(start);
  });

  test('workers have a user of their own, and no kernels that were not verified', () => {
    const [user] = valuesOf(unit(UNITS[1]), 'User');
    expect(JSON.stringify(phases().build)).toContain(`useradd --system --user-group --shell /sbin/nologin ${user}`);
    expect(valuesOf(unit(UNITS[1]), 'Requires')).toEqual(['graviton-kernels.service']);
  });

  test.runIf(HAS_SYSTEMD)('have units that systemd takes', () => {
    const kernels = fs.readFileSync(onInstance('graviton-kernels.service'), 'utf8');
    const units = {
      ...Object.fromEntries(UNITS.map((name) => [name, unit(name)])),
      'graviton-kernels.service': kernels,
    };
    const { status, complaints } = readBySystemd(scratch(), units);
    expect({ status, complaints }).toEqual({ status: 0, complaints: '' });
  });
});

describe('the drain agent understands what the image says of its runtime', () => {
  const image = 'ghcr.io/ggml-org/llama.cpp:server';
  test.each<[string, RuntimeOptions]>([
    ['with defaults', {}],
    [
      'with every option',
      { port: 9000, metricsPath: '/metrics', drainCommand: ['/usr/bin/true', 'a b'], slotsPerProcess: 4 },
    ],
  ])('%s', (_, options) => {
    const file = scratch();
    fs.writeFileSync(
      file,
      writtenFile(InferenceRuntime.container({ image, ...options })._phases, '/etc/graviton/runtime.json'),
    );
    const { port = 8080, metricsPath } = options;
    const fields = { port, firstProcessPort: 20_000, metricsPath };
    const known = Object.fromEntries(Object.entries(fields).filter(([, value]) => value));
    expect(readConfiguration(file, runtimeSchema)).toMatchObject(known);
  });
});

import { describe, expect, test } from 'vitest';
import { ImageComponent, ImageFeature, InferenceImage, InferenceRuntime } from '../../lib';
import { ecsAgentPhases } from '../../lib/image/components/private/ecs-agent';
import { rayPhases } from '../../lib/image/components/private/ray';
import { documentProblems } from '../../lib/image/private/document/document-problems';
import { existingVpc, newStack } from '../support/fleet-app';
import { useScratchDirectory } from '../support/scratch-directory';
import { HAS_SYSTEMD, readBySystemd, valuesOf, writtenFile } from '../support/unit-files';

const scratch = useScratchDirectory();
const UNITS = ['graviton-ray.service', 'graviton-ray-drain.service', 'graviton-ray-retire.service'];

const unit = (name: string) => writtenFile(rayPhases({}), `/etc/systemd/system/${name}`);

test('an image says what its components put on it', () => {
  const stack = newStack();
  const props = { vpc: existingVpc(stack), runtime: InferenceRuntime.none(), kernels: [] };
  const image = (id: string, components: ImageComponent[]) => new InferenceImage(stack, id, { ...props, components });
  expect(image('Both', [ImageComponent.ray(), ImageComponent.ecsAgent()]).features).toEqual([
    ImageFeature.RAY,
    ImageFeature.ECS_AGENT,
  ]);
  expect(image('None', [ImageComponent.cloudWatchAgent()]).features).toEqual([]);
});

test.each([
  ['Ray', ImageComponent.ray({ packages: ['torch==2.9.1'] })],
  ['the ECS agent', ImageComponent.ecsAgent()],
])('the document of %s is one that Image Builder takes', (_, component) => {
  expect(documentProblems(component._source.document!)).toEqual([]);
});

describe('the component of Ray', () => {
  const script = JSON.stringify(rayPhases({ version: '2.57.0', packages: ['torch==2.9.1'] }).build);

  test('installs exact versions for Arm64, and compiles nothing', () => {
    expect(script).toContain("--only-binary=:all: 'ray[default]==2.57.0' 'boto3==1.44.5' 'torch==2.9.1'");
  });

  test('enables the units that it writes', () => {
    const enabled = /systemctl enable ([\w. -]+service)/.exec(script)![1].split(' ');
    expect(enabled).toEqual(UNITS);
    expect(enabled.map(unit).every((text) => text.includes('[Install]'))).toBe(true);
  });

  test.each(UNITS)('%s starts a program that it writes, and only on nodes of a cluster', (name) => {
    const [command] = valuesOf(unit(name), 'ExecStart');
    const [python, program] = command.split(' ');
    expect(python).toBe('/opt/graviton/ray/bin/python');
    expect(writtenFile(rayPhases({}), program)).toMatch(/^#!\/opt\/graviton\/ray\/bin\/python/);
    expect(valuesOf(unit(name), 'ConditionPathExists')).toEqual([
      `/etc/graviton/${name.includes('retire') ? 'ray-head' : 'ray'}.json`,
    ]);
  });

  test('runs Ray without the rights of root', () => {
    expect(UNITS.slice(0, 2).map((name) => valuesOf(unit(name), 'User'))).toEqual([['graviton-ray'], ['graviton-ray']]);
  });

  test.runIf(HAS_SYSTEMD)('has units that systemd takes', () => {
    const units = Object.fromEntries(
      UNITS.map((name) => [name, unit(name).replace(/^ExecStart=\S+/m, 'ExecStart=/bin/echo')]),
    );
    const { status, complaints } = readBySystemd(scratch(), units);
    expect([status, complaints]).toEqual([0, '']);
  });
});

describe('the component of the ECS agent', () => {
  test('keeps the agent off where AWS Batch has named no cluster', () => {
    const dropIn = writtenFile(ecsAgentPhases(), '/etc/systemd/system/ecs.service.d/50-graviton.conf');
    const [condition] = valuesOf(dropIn, 'ExecCondition');
    expect(condition).toBe('/usr/bin/grep -q ^ECS_CLUSTER= /etc/ecs/ecs.config');
    expect(writtenFile(ecsAgentPhases(), '/etc/ecs/ecs.config')).not.toContain('ECS_CLUSTER');
  });

  test('lets jobs log to CloudWatch, as AWS Batch requires', () => {
    const [, drivers] = /^ECS_AVAILABLE_LOGGING_DRIVERS=(.*)$/m.exec(
      writtenFile(ecsAgentPhases(), '/etc/ecs/ecs.config'),
    )!;
    expect(JSON.parse(drivers)).toContain('awslogs');
  });
});

import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import { describe, expect, test } from 'vitest';
import { PlanReport } from '../../../lib/cli/plan/plan-report';
import { fleetGroups } from '../../../lib/cli/plan/template/fleet-groups';
import { planTemplate } from '../../../lib/cli/plan/template/plan-template';
import { FleetConfigError } from '../../../lib/validation';
import { COMMAND, useBuiltCommand } from '../../support/built-command';
import { useScratchDirectory } from '../../support/scratch-directory';

const scratch = useScratchDirectory();
useBuiltCommand();

describe('the plan of a fleet.yaml', () => {
  test('has every fleet in every environment, with totals of each', async () => {
    const { stacks, environments, totals } = await planTemplate(
      write([
        'environments: { staging: { region: us-east-2 }, production: { region: us-east-1 } }',
        'inferenceFleets:',
        ...fleet('chat'),
        ...fleet('search'),
      ]),
    );
    expect(stacks.map(({ stack, environment }) => [stack, environment])).toEqual([
      ['chat-staging', 'staging'],
      ['search-staging', 'staging'],
      ['chat-production', 'production'],
      ['search-production', 'production'],
    ]);
    expect(environments.map(({ environment, fleets }) => [environment, fleets])).toEqual([
      ['staging', 2],
      ['production', 2],
    ]);
    // 2 to 10 instances of 16 vCPUs in four fleets.
    expect(totals.vcpus).toEqual({ low: 4 * 2 * 16, high: 4 * 10 * 16 });
    expect(totals.listUsdPerMonth.low).toBeCloseTo(4 * 2 * 16 * 0.04892 * 730, 6);
  });

  test('leaves nothing behind', async () => {
    const before = leftovers();
    await planTemplate(
      write(['environments: { production: { region: us-east-1 } }', 'inferenceFleets:', ...fleet('chat')]),
    );
    expect(leftovers()).toEqual(before);
  });

  test('says everything that is wrong in any fleet at once, with its line', async () => {
    const file = write([
      'environments: { production: { region: us-east-1 } }',
      'inferenceFleets:',
      ...fleet('chat', 'm9g.4xlrage'),
      ...fleet('search'),
      ...fleet('code', 'c7i.4xlarge'),
    ]);
    const error = (await planTemplate(file).catch((thrown: unknown) => thrown)) as FleetConfigError;
    expect(error).toBeInstanceOf(FleetConfigError);
    expect(error.message.split('\n')).toHaveLength(2);
    expect(error.message).toMatch(/fleet\.yaml:5:\d+ .*\n.*fleet\.yaml:13:\d+ /);
  });

  test('is the same from several processes, whose number of fleets needs more than one chunk', () => {
    const names = Array.from({ length: 45 }, (_, index) => `fleet-${index}`);
    const lines = names.flatMap((name) => [`  # ${'-'.repeat(400)}`, ...fleet(name)]);
    const file = write(['environments: { production: { region: us-east-1 } }', 'inferenceFleets:', ...lines]);
    const { status, stdout, stderr } = run(file);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    const { stacks, totals } = JSON.parse(stdout) as PlanReport;
    expect(stacks.map(({ stack }) => stack)).toEqual(names.map((name) => `${name}-production`));
    expect(totals).toMatchObject({ fleets: 45, instances: { low: 90, high: 450 } });
  }, 120_000);

  test('tells of mistakes in several processes together, with exit code 2', () => {
    const lines = Array.from({ length: 45 }, (_, index) => [
      `  # ${'-'.repeat(400)}`,
      ...fleet(`fleet-${index}`, index % 20 === 3 ? 'c7i.4xlarge' : 'm9g.4xlarge'),
    ]);
    const file = write(['environments: { production: { region: us-east-1 } }', 'inferenceFleets:', ...lines.flat()]);
    const { status, stdout, stderr } = run(file);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    // Fleets 3, 23 and 43; five lines each, after two.
    expect([...stderr.matchAll(/fleet\.yaml:(\d+):/g)].map(([, line]) => Number(line))).toEqual([21, 121, 221]);
  }, 120_000);

  test('ends with 2 for a file that does not exist', () => {
    const { status, stderr } = run('absent.yaml');
    expect(status).toBe(2);
    expect(stderr).toContain('no such file');
  });
});

describe('fleets under one budget or dashboard', () => {
  test('are synthesized together, and others apart', () => {
    const together = [
      ['a', 'c'],
      ['c', 'd'],
    ];
    expect(fleetGroups(together, ['a', 'b', 'c', 'd', 'e'])).toEqual([['a', 'c', 'd'], ['b'], ['e']]);
  });
});

function fleet(name: string, instanceType = 'm9g.4xlarge'): string[] {
  return [
    `  ${name}:`,
    '    image: { runtime: { container: { image: "ghcr.io/ggml-org/llama.cpp:server" } } }',
    `    capacity: { onDemand: { instanceTypes: [${instanceType}], minInstances: 2, maxInstances: 10 } }`,
    '    scaling: [ { scaleOnCpu: { targetUtilizationPercent: 60 } } ]',
  ];
}

function write(lines: string[]): string {
  const directory = scratch();
  fs.mkdirSync(directory);
  fs.writeFileSync(`${directory}/fleet.yaml`, [...lines, ''].join('\n'));
  return `${directory}/fleet.yaml`;
}

function leftovers(): string[] {
  return fs.readdirSync(os.tmpdir()).filter((name) => name.startsWith(`graviton-fleet-plan-${process.pid}-`));
}

function run(file: string) {
  return spawnSync(process.execPath, [COMMAND, 'plan', file, '--json'], { encoding: 'utf8', maxBuffer: 2 ** 28 });
}

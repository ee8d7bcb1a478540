import { execFileSync, spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { App, Stack, Stage } from 'aws-cdk-lib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  FleetCapacity,
  FleetEconomics,
  InferenceFleetStack,
  InferenceFleetStackProps,
  InferenceRuntime,
  PriceBook,
} from '../../../lib';
import type { PlanReport } from '../../../lib/cli/plan/plan-report';
import { buildKernelBundle } from '../../../scripts/kernels/kernel-build';

const ROOT = path.join(__dirname, '..', '..', '..');
const COMMAND = path.join(ROOT, 'bin', 'graviton-fleet.js');
const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'plan-test-'));

beforeAll(() => {
  buildKernelBundle();
  execFileSync(process.execPath, ['--import', 'tsx', 'scripts/build-command.ts'], { cwd: ROOT });
}, 180_000);

afterAll(() => fs.rmSync(scratch, { recursive: true, force: true }));

describe('graviton-fleet plan', () => {
  test('says what the fleets of an assembly have, cost and draw', () => {
    const { status, stdout } = plan(assembly('known', 'us-east-1', ['m9g.4xlarge']));
    expect(status).toBe(0);
    expect(stdout).toContain('Chat/Fleet: 2 instances of m9g.4xlarge in us-east-1');
    expect(stdout).toMatch(/vCPUs +32\n/);
    // 1.56544 USD x 730 hours.
    expect(stdout).toMatch(/list price +1\.57 USD per hour, 1143 USD per month of 730 hours \(listed 2026-07-20/);
    expect(stdout).toMatch(/effective price +unknown: the price book has no rates/);
    expect(stdout).toMatch(/power, full load +70 W low, 110 W typical, 166 W high \(estimate\)/);
    expect(stdout).toMatch(/power model +Public models/);
    // 22.08 W and 165.6 W for 730 hours.
    expect(stdout).toMatch(/energy per month +16 kWh \(idle, low\) to 121 kWh \(full load, high\) \(estimate\)/);
    // 22.08, 65.55 and 69.92 W on 369.473, 379.07 and 557.17 g per kWh.
    expect(stdout).toMatch(/carbon, idle +8 g low, 25 g typical, 39 g high CO2e per hour \(estimate\)/);
    expect(stdout).toMatch(/carbon, full load +26 g low, 42 g typical, 92 g high CO2e per hour \(estimate\)/);
    expect(stdout).toMatch(/grid +369\.473 to 557\.17 g CO2e per kWh, typical 379\.07 \(Our World in Data and Ember/);
  });

  test('says what is paid where the price book does, and from what', () => {
    const priceBook = PriceBook.published().withDiscount({ percent: 25, source: 'agreement 7', asOf: '2026-11-01' });
    const { stdout } = plan(assembly('paid', 'us-east-1', ['m9g.4xlarge'], { economics: { priceBook } }));
    expect(stdout).toMatch(/list price +1\.57 USD per hour/);
    expect(stdout).toMatch(
      /effective price +1\.17 USD per hour, 857 USD per month .*\(discounted 2026-11-01, agreement 7: 25 % /,
    );
  });

  test('prints the same figures unrounded as JSON', () => {
    const { stdout } = plan(assembly('json', 'us-east-1', ['m9g.4xlarge']), '--json');
    const report = JSON.parse(stdout) as PlanReport;
    expect(report.formatVersion).toBe(1);
    const { least } = report.stacks[0].fleets[0];
    expect(least?.listPriceUsdPerHour?.low).toBeCloseTo(2 * 16 * 0.04892, 10);
    expect(least?.instanceTypes).toEqual(['m9g.4xlarge']);
    expect(least?.fullLoadCarbonGramsPerHour?.typical).toBeCloseTo(0.1104 * 379.07, 10);
  });

  test('says that a price is unknown where it is', () => {
    const { status, stdout } = plan(assembly('unknown', 'eu-central-1', ['m9g.4xlarge']));
    expect(status).toBe(0);
    expect(stdout).toMatch(/list price +unknown/);
  });

  test('shows a fleet once, however often its economics were asked for', () => {
    const directory = path.join(scratch, 'twice');
    const app = new App({ outdir: directory });
    const { fleet } = fleetStack(app, ['m9g.4xlarge'], { env: { account: '123456789012', region: 'us-east-1' } });
    new FleetEconomics(fleet);
    app.synth();
    expect(plan(directory).stdout.match(/Chat\/Fleet: 2 instances/g)).toHaveLength(1);
  });

  test('finds the fleets of nested stages', () => {
    const directory = path.join(scratch, 'stages');
    const app = new App({ outdir: directory });
    fleetStack(new Stage(app, 'Prod', { env: { account: '123456789012', region: 'us-east-1' } }), ['m9g.4xlarge']);
    app.synth();
    expect(plan(directory).stdout).toContain('Prod/Chat/Fleet: 2 instances');
  });

  test.each([
    ['a directory that does not exist', () => path.join(scratch, 'absent'), 'does not exist'],
    ['a directory that is no assembly', () => scratch, 'without manifest.json'],
    ['an assembly without fleets', () => emptyAssembly(), 'without fleets'],
  ])('ends with 2 and a way out for %s', (_, directory, message) => {
    const { status, stdout, stderr } = plan(directory());
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toContain(message);
    expect(stderr).not.toMatch(/\n\s+at /);
  });

  test('takes cdk.out where there is no fleet.yaml, and sums up', () => {
    const directory = assembly('summary', 'us-east-1', ['m9g.4xlarge']);
    fs.renameSync(directory, path.join(path.dirname(directory), 'cdk.out'));
    const { status, stdout } = run('plan', '--summary');
    expect(status).toBe(0);
    // 2 x 16 x 0.04892 USD x 730 hours; 2 x 72 W at full load x PUE 1.15.
    expect(stdout).toContain(
      'Chat/Fleet: 2 of m9g.4xlarge; us-east-1; up to 1143 USD per month; up to 166 W (estimate)',
    );
    expect(stdout).toMatch(/\nTotal\n {2}fleets +1 fleet in 1 stack: 2 instances, 32 vCPUs\n/);
  });

  test.each([
    [['--max-usd-per-month', '1147', '--max-kilowatts', '0.166'], 0, ''],
    // 1142.77 USD of instances and 3.50 USD of monitoring.
    [['--max-usd-per-month', '1146'], 1, /^graviton-fleet: --max-usd-per-month: got up to 1146\.\d+ USD per month at/],
    [
      ['--max-kilowatts', '0.165'],
      1,
      /^graviton-fleet: --max-kilowatts: got up to 0\.166 kW at the greatest sizes, allow/,
    ],
    [['--max-kilowatts', 'much'], 2, /Allowed is a number from 0/],
  ])('is a gate for CI: %s', (flags, status, stderr) => {
    const result = plan(assembly(`gate-${flags.join('')}`, 'us-east-1', ['m9g.4xlarge']), ...flags);
    expect(result).toMatchObject({ status, stderr: stderr && (expect.stringMatching(stderr) as string) });
  });

  test('lets no fleet through whose figure is not known', () => {
    const { status, stderr } = plan(assembly('gate', 'eu-central-1', ['m9g.4xlarge']), '--max-usd-per-month', '100000');
    expect({ status, stderr }).toEqual({
      status: 1,
      stderr:
        'graviton-fleet: --max-usd-per-month: got no figure for Chat/Fleet, allowed fleets whose figures are known\n',
    });
  });

  test('ends with 2 for an unknown command and 0 for help', () => {
    expect(run('plam').status).toBe(2);
    expect(run('--help')).toMatchObject({ status: 0, stdout: expect.stringContaining('plan') as string });
  });
});

function plan(directory: string, ...args: string[]) {
  return run('plan', directory, ...args);
}

function run(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [COMMAND, ...args], {
    encoding: 'utf8',
    cwd: scratch,
  });
  return { status, stdout, stderr };
}

type Props = Pick<InferenceFleetStackProps, 'env' | 'economics'>;

function assembly(name: string, region: string, instanceTypes: string[], props?: Props): string {
  const directory = path.join(scratch, name);
  const app = new App({ outdir: directory });
  fleetStack(app, instanceTypes, { env: { account: '123456789012', region }, ...props });
  app.synth();
  return directory;
}

function fleetStack(scope: App | Stage, instanceTypes: string[], props?: Props) {
  return new InferenceFleetStack(scope, 'Chat', {
    ...props,
    image: { runtime: InferenceRuntime.container({ image: 'ghcr.io/ggml-org/llama.cpp:server' }) },
    capacity: FleetCapacity.onDemand({ instanceTypes }),
  });
}

function emptyAssembly(): string {
  const directory = path.join(scratch, 'empty');
  const app = new App({ outdir: directory });
  new Stack(app, 'Empty');
  app.synth();
  return directory;
}

import { App, Duration } from 'aws-cdk-lib';
import { beforeAll, describe, expect, test } from 'vitest';
import { FleetCapacity, FleetMeterUsage, FleetSize, FleetTemplate, PowerModel, PriceBook } from '../../../lib';
import { buildReport } from '../../../lib/cli/plan/build-report';
import { formatPlan, formatSummary } from '../../../lib/cli/plan/format/format-plan';
import { gateFailures } from '../../../lib/cli/plan/gates';
import { PlanReport } from '../../../lib/cli/plan/plan-report';
import { readStacks } from '../../../lib/cli/plan/read/read-stacks';
import { planTemplate } from '../../../lib/cli/plan/template/plan-template';
import { useBuiltInKernels } from '../../support/built-in-kernels';
import { batchFleet, rayCluster } from '../../support/engine-app';
import { newApp, newStack } from '../../support/fleet-app';
import { fleetFile } from '../../support/fleet-file';

useBuiltInKernels();

function plan(make: (app: App) => void): PlanReport {
  const app = newApp();
  make(app);
  return buildReport('cdk.out', readStacks(app.synth()));
}

const usdPerHour = (type: string) => PriceBook.published().listPrice(type, 'us-east-1')!.usdPerHour;

describe('a Ray cluster', () => {
  let report: PlanReport;
  beforeAll(() => {
    report = plan((app) =>
      rayCluster(
        {
          capacity: FleetCapacity.spotFirst({
            instanceTypes: ['m9g.4xlarge', 'm8g.8xlarge'],
            minInstances: 1,
            maxInstances: 10,
            onDemandBase: 1,
          }),
        },
        newStack(undefined, app, 'Ray'),
      ),
    );
  });

  test('has its workers with what they may cost and draw', () => {
    const [workers] = report.stacks[0].fleets;
    expect(workers).toMatchObject({
      fleet: 'Ray/Rollouts',
      kind: 'RayCluster',
      size: { unit: 'instances', instances: { low: 1, high: 10 }, vcpus: { low: 16, high: 320 } },
      purchase: { onDemandBase: 1, onDemandPercentageAboveBase: 0, spot: true, reservations: false },
    });
    expect(workers.greatest?.listPriceUsdPerHour?.low).toBeCloseTo(10 * usdPerHour('m9g.4xlarge'), 10);
    expect(workers.greatest?.listPriceUsdPerHour?.high).toBeCloseTo(10 * usdPerHour('m8g.8xlarge'), 10);
    expect(workers.least?.instances).toBe(1);
    const { fullLoad } = PowerModel.published().band('m9g.4xlarge')!;
    expect(workers.greatest!.fullLoadWatts!.low).toBeGreaterThanOrEqual(10 * fullLoad.low);
    expect(workers.greatest?.effectivePriceUsdPerHour).toBeUndefined();
  });

  test('has its head as a fleet of one', () => {
    const [, head] = report.stacks[0].fleets;
    expect(head).toMatchObject({
      fleet: 'Ray/Rollouts/Head',
      kind: 'RayHead',
      size: { instances: { low: 1, high: 1 } },
      instanceTypes: [{ instanceType: 'm9g.xlarge' }],
    });
    expect(head.least?.listPriceUsdPerHour?.high).toBeCloseTo(usdPerHour('m9g.xlarge'), 10);
    expect(report.totals).toMatchObject({ fleets: 2, instances: { low: 2, high: 11 } });
    expect(report.totals.unknown).toMatchObject({ size: [], listPrice: [], power: [] });
  });

  test('takes vCPUs of both quotas: base and head on demand, the rest on Spot', () => {
    const needed = (name: RegExp) => report.stacks[0].quotas.find((use) => name.test(use.name))?.needed;
    // The greatest type of the base has 32 vCPUs; the head's group may have a second instance for a moment.
    expect(needed(/^Running On-Demand Standard/)).toBe(32 + 2 * 4);
    expect(needed(/^All Standard/)).toBe(9 * 32);
  });

  test('is held against the gates of a plan', () => {
    expect(gateFailures(report, { maxUsdPerMonth: 1 })).toHaveLength(1);
    expect(gateFailures(report, { maxUsdPerMonth: 1e6, maxKilowatts: 1000 })).toEqual([]);
  });

  test('says who launches it, and no advice that does not hold', () => {
    const text = formatPlan(report);
    expect(text).toMatch(/launched by +Ray, as tasks and actors ask for them/);
    expect(text).toMatch(/at its greatest +10 instances, \d+ USD per month \(list price\)/);
    expect(text).not.toContain('FleetEconomics');
    expect(formatSummary(report)).toMatch(/^Ray\/Rollouts: 1 to 10 of .* up to \d+ USD per month; up to \d+ W/m);
  });
});

describe('a queue of AWS Batch', () => {
  let report: PlanReport;
  beforeAll(() => {
    report = plan((app) =>
      batchFleet(
        {
          capacity: FleetCapacity.spotFirst({
            instanceTypes: ['m9g.4xlarge', 'm8g.8xlarge'],
            size: FleetSize.vcpus({ min: 0, max: 256 }),
            onDemandBase: 64,
          }),
        },
        newStack(undefined, app, 'Batch'),
      ),
    );
  });

  test('has the vCPUs that it says, whichever type they have', () => {
    const [fleet] = report.stacks[0].fleets;
    expect(fleet).toMatchObject({
      kind: 'BatchFleet',
      size: { unit: 'vCPUs', instances: { low: 0, high: 16 }, vcpus: { low: 0, high: 256 } },
      purchase: { onDemandBase: 64, spot: true },
    });
    expect(fleet.greatest?.listPriceUsdPerHour?.high).toBeCloseTo(
      Math.max(16 * usdPerHour('m9g.4xlarge'), 8 * usdPerHour('m8g.8xlarge')),
      10,
    );
    expect(fleet.least?.listPriceUsdPerHour).toEqual({ low: 0, high: 0 });
  });

  test('takes up to one instance more of each quota, and twice as much while instances are replaced', () => {
    const needed = (name: RegExp) => report.stacks[0].quotas.find((use) => name.test(use.name))?.needed;
    expect(needed(/^Running On-Demand Standard/)).toBe(2 * (64 + 32));
    expect(needed(/^All Standard/)).toBe(2 * (192 + 32));
  });

  test('costs nothing of a quota that it never uses', () => {
    const onDemand = plan((app) =>
      batchFleet(
        { capacity: FleetCapacity.onDemand({ instanceTypes: ['m9g.4xlarge'], minInstances: 0, maxInstances: 4 }) },
        newStack(undefined, app, 'Batch'),
      ),
    );
    expect(onDemand.stacks[0].quotas.map(({ name }) => name)).not.toContainEqual(expect.stringMatching(/Spot/));
    expect(onDemand.stacks[0].fleets[0].purchase).toMatchObject({ spot: false });
  });
});

const FILE = `
environments: { production: { region: us-east-1, account: "123456789012" } }
fleetCells:
  chat:
    image: { runtime: { container: { image: server } } }
    capacity: { spotFirst: { instanceTypes: [m9g.4xlarge, m8g.4xlarge], minInstances: 2, maxInstances: 10 } }
    cells: { count: 3, hostedZone: { id: Z0123456789ABCDEFGHIJ, name: example.com } }
meters:
  exact: { fleets: [chat], interval: 10 minutes }
`;

describe('a fleet.yaml with cells and a meter', () => {
  test('multiplies what one cell takes', async () => {
    const { totals, stacks } = await planTemplate(fleetFile({ 'fleet.yaml': FILE }));
    expect(totals).toMatchObject({ fleets: 3, instances: { low: 6, high: 30 } });
    const [chat] = stacks;
    expect(chat.fleets.map(({ fleet }) => fleet)).toEqual([1, 2, 3].map((n) => `chat-production/Cells/Cell${n}`));
    expect(totals.listUsdPerMonth.high).toBeCloseTo(
      3 * 10 * Math.max(usdPerHour('m9g.4xlarge'), usdPerHour('m8g.4xlarge')) * 730,
      6,
    );
  });

  test('says what the meter costs, whose fleets are of another stack', async () => {
    const file = fleetFile({ 'fleet.yaml': FILE });
    const { stacks } = await planTemplate(file);
    const { monitoring } = stacks.find(({ stack }) => stack.startsWith('exact'))!;
    const usage = (instances: number) =>
      new FleetMeterUsage({ fleets: 3, instances, interval: Duration.minutes(10) }).usd;
    expect(monitoring.metersUsdPerMonth).toEqual({ low: usage(0), high: usage(30) });
    expect(usage(30)).toBeGreaterThan(usage(0));
    const app = newApp();
    FleetTemplate.fromFile(file).addTo(app);
    const synthesized = readStacks(app.synth()).find(({ stack }) => stack.startsWith('exact'))!;
    expect(synthesized.monitoring).toEqual(monitoring);
  });
});

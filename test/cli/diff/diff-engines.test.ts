import { App } from 'aws-cdk-lib';
import { expect, test } from 'vitest';
import { FleetCapacity, FleetMeter, FleetSize, ImageFeature } from '../../../lib';
import { formatMarkdown } from '../../../lib/cli/diff/format/markdown';
import { formatText } from '../../../lib/cli/diff/format/text';
import { judge, parseGates } from '../../../lib/cli/diff/gate';
import { changeBetween } from '../../support/assembly-change';
import { useBuiltInKernels } from '../../support/built-in-kernels';
import { batchFleet, rayCluster } from '../../support/engine-app';
import { existingFleet, existingImage, newStack } from '../../support/fleet-app';

useBuiltInKernels();

const capacity = FleetCapacity.spotFirst({
  instanceTypes: ['m9g.4xlarge', 'm8g.4xlarge'],
  minInstances: 2,
  maxInstances: 40,
});

const metered = (isMetered: boolean) => (app: App) => {
  const fleet = existingFleet(newStack(undefined, app, 'Chat'), { capacity });
  if (isMetered) {
    new FleetMeter(newStack(undefined, app, 'Exact'), 'Meter', { fleets: [fleet] });
  }
};

test('a meter adds its own cost, which the gate of cost counts', () => {
  const change = changeBetween(metered(false), metered(true));
  const { before, after } = change.monitoringUsdPerMonth;
  // Eleven metrics at 0.30 USD, and calls and runs above that.
  expect(after!.high - before!.high).toBeGreaterThan(3.3);
  expect(after!.high).toBeGreaterThan(after!.low);
  const reasons = (gate: string) => judge(change, parseGates(gate)).flatMap((verdict) => verdict.reasons);
  // The fleet has no economics, and does not change.
  expect(reasons('cost:+3')).toHaveLength(2);
  expect(reasons('cost:+30')).toEqual([]);
  const row = /Monitoring \(alarms, dashboards, meters\).*USD per month/;
  expect(formatText(change, [])).toMatch(row);
  expect(formatMarkdown(change, [])).toMatch(row);
});

test('says nothing of monitoring that stays what it is', () => {
  const change = changeBetween(metered(true), (app) => {
    metered(true)(app);
    newStack(undefined, app, 'Other');
  });
  expect(formatText(change, [])).not.toContain('Monitoring');
});

const engines =
  (vcpus: number, workers: number, ami = 'a') =>
  (app: App) => {
    const image = existingImage({ features: [ImageFeature.RAY, ImageFeature.ECS_AGENT] });
    const other = { ...image, amiId: `ami-0123456789abcdef${ami}` };
    const size = FleetSize.vcpus({ min: 0, max: vcpus });
    batchFleet(
      { image: other, capacity: FleetCapacity.spotFirst({ instanceTypes: ['m9g.4xlarge'], size }) },
      newStack(undefined, app, 'Batch'),
    );
    rayCluster(
      {
        image: other,
        capacity: FleetCapacity.onDemand({ instanceTypes: ['m9g.4xlarge'], minInstances: 1, maxInstances: workers }),
      },
      newStack(undefined, app, 'Ray'),
    );
  };

test('more vCPUs of AWS Batch and more workers of Ray are said in instances, USD and watts', () => {
  const { fleets, totals } = changeBetween(engines(160, 5), engines(320, 6));
  expect(fleets.map(({ fleet, kind }) => [fleet, kind])).toEqual([
    ['Batch/Evaluations', 'changed'],
    ['Ray/Rollouts', 'changed'],
    ['Ray/Rollouts/Head', 'unchanged'],
  ]);
  const hourly = 16 * 0.04892;
  const { before, after, unknownFleets } = totals.greatestListUsdPerMonth;
  // Ten more of AWS Batch, and one of Ray.
  expect(after!.high - before!.high).toBeCloseTo(11 * hourly * 730, 6);
  expect(unknownFleets).toBe(0);
});

test('a new AMI is said of the compute environments that AWS Batch replaces in place, and of the head', () => {
  const change = changeBetween(engines(160, 5), engines(160, 5, 'b'));
  const rolled = change.stacks.flatMap(({ rollOuts }) => rollOuts);
  expect(rolled.map(({ group, reasons, how }) => [group.replace(/[0-9A-F]{8}$/, ''), reasons, how])).toEqual([
    [
      expect.stringMatching(/^EvaluationsSpot/),
      ['new AMI'],
      'AWS Batch launches new instances; jobs that run have 30 minutes, then they are ended',
    ],
    [expect.stringMatching(/^RolloutsHeadGroup/), ['new AMI'], 'rolling update by CloudFormation'],
  ]);
});

import { App, Stack, Stage } from 'aws-cdk-lib';
import { describe, expect, test } from 'vitest';
import { FleetCapacity, FleetPolicy, GravitonProcessor } from '../../../lib';
import { problemsOf } from '../../support/config-error';
import { existingFleet, inRegion, newApp, newStack } from '../../support/fleet-app';

const policy = () => FleetPolicy.of({ allowedProcessors: [GravitonProcessor.GRAVITON5], maxInstances: 2 });
const capacity = FleetCapacity.onDemand({ instanceTypes: ['m8g.4xlarge'], minInstances: 3 });

/** What the synthesis of an app says; nothing when it succeeds. */
function failureOf(app: App): string[] {
  try {
    app.synth();
    return [];
  } catch (error) {
    return (error as Error).message
      .split('\n')
      .slice(1)
      .map((line) => line.trim());
  }
}

const FAMILIES = `take types of ${GravitonProcessor.GRAVITON5.families.slice(0, 3).join(', ')} or the like`;

describe('a policy fails the synthesis with every violation at once', () => {
  test.each([
    ['as a mixin', (app: App) => void app.with(policy())],
    ['by a plain call', (app: App) => policy().applyTo(app)],
  ])('%s, of fleets that come later too', (_, apply) => {
    const app = newApp();
    apply(app);
    existingFleet(newStack(undefined, app, 'One'), { capacity });
    existingFleet(newStack(undefined, app, 'Two'), { capacity });
    expect(failureOf(app)).toEqual(
      ['One/Fleet', 'Two/Fleet'].flatMap((path) => [
        `[] ${path}: capacity.instanceTypes: got m8g.4xlarge (graviton4), allowed graviton5 (rule allowedProcessors at FleetPolicy.of()): ${FAMILIES}`,
        `[] ${path}: capacity.maxInstances: got up to 3 instances, allowed at most 2 (rule maxInstances at FleetPolicy.of()): lower the greatest size, and that of scheduled actions`,
      ]),
    );
  });

  test('of fleets in stages', () => {
    const app = newApp();
    app.with(policy());
    const stage = new Stage(app, 'Production', { env: inRegion('us-east-1') });
    existingFleet(new Stack(stage, 'Chat'), { capacity });
    expect(failureOf(app)).toHaveLength(2);
  });

  test('once, whatever else it is applied to', () => {
    const app = newApp();
    const stack = newStack(undefined, app);
    const fleet = existingFleet(stack, { capacity });
    const shared = policy();
    app.with(shared);
    stack.with(shared);
    shared.applyTo(fleet);
    expect(failureOf(app)).toHaveLength(2);
  });

  test('for the stack alone that it is applied to', () => {
    const app = newApp();
    const stack = newStack(undefined, app, 'Held');
    stack.with(policy());
    existingFleet(stack, { capacity });
    existingFleet(newStack(undefined, app, 'Free'), { capacity });
    expect(failureOf(app).every((line) => line.startsWith('[Held] Held/Fleet'))).toBe(true);
  });
});

test('a fleet that keeps the rules is not mentioned', () => {
  const app = newApp();
  app.with(policy());
  existingFleet(newStack(undefined, app));
  expect(failureOf(app)).toEqual([]);
});

describe('layers in TypeScript', () => {
  test('a narrower policy tightens', () => {
    const narrowed = FleetPolicy.of({ maxInstances: 10, allowedSizes: ['4xlarge', '8xlarge'] }).narrowedBy(
      FleetPolicy.of({ maxInstances: 5, allowedRegions: ['us-east-1'] }),
    );
    expect(narrowed.rules).toMatchObject({
      maxInstances: 5,
      allowedSizes: ['4xlarge', '8xlarge'],
      allowedRegions: ['us-east-1'],
    });
  });

  test('and is refused when it loosens, over any number of layers', () => {
    const middle = FleetPolicy.of({ maxInstances: 10 }).narrowedBy(FleetPolicy.of({ allowedRegions: ['us-east-1'] }));
    const problems = problemsOf(() => middle.narrowedBy(FleetPolicy.of({ maxInstances: 11, requireTls: false })));
    expect(problems.map(({ what, got, allowed }) => `${what}: ${got}: ${allowed}`)).toEqual([
      'maxInstances: 11: at most 10, by FleetPolicy.of()',
    ]);
  });
});

test('every value that no rule can have is refused at once', () => {
  const problems = problemsOf(() =>
    FleetPolicy.of({
      allowedProcessors: [],
      allowedRegions: ['us-east-1a'],
      allowedSizes: ['4xlrage'],
      largestSize: 'metal',
      maxInstances: 0,
      minOnDemandPercentage: -1,
      maxKilowatts: {},
      maxUsdPerMonth: { perFleet: 0, inTotal: Number.NaN },
      requiredTags: { team: { values: ['Chat'], pattern: '[a-z]+' } },
      requiredAlarms: [],
      allowedRuntimeRegistries: ['ghcr.io/*'],
    }),
  );
  expect(problems.map(({ what }) => what)).toEqual([
    'allowedProcessors',
    'allowedRegions',
    'allowedSizes',
    'largestSize',
    'maxInstances',
    'minOnDemandPercentage',
    'maxKilowatts',
    'maxUsdPerMonth.perFleet',
    'maxUsdPerMonth.inTotal',
    'requiredTags.team',
    'requiredAlarms',
    'allowedRuntimeRegistries',
  ]);
});

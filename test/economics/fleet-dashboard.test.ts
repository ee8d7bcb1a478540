import { App, Stack } from 'aws-cdk-lib';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { FleetCapacity, FleetDashboard, InferenceFleet } from '../../lib';
import { problemsOf } from '../support/config-error';
import { existingFleet, inRegion, newApp, newStack } from '../support/fleet-app';
import { Json, onlyResource, templateOf } from '../support/template';

// A type of a family that the catalog does not have comes with a warning on the console.
beforeEach(() => void vi.spyOn(console, 'error').mockImplementation(() => undefined));
afterEach(() => void vi.restoreAllMocks());

interface Widget {
  readonly type: string;
  readonly properties: { title?: string; markdown?: string; region?: string; metrics?: Json[][] };
}

/** The body as CloudWatch gets it, with a placeholder for each value that is only known at deployment. */
function widgetsOf(stack: Stack): Widget[] {
  const [, { Properties }] = onlyResource(templateOf(stack), 'AWS::CloudWatch::Dashboard');
  const [, parts] = Properties.DashboardBody['Fn::Join'] as [string, unknown[]];
  const text = parts.map((part) => (typeof part === 'string' ? part : '<deployed>')).join('');
  return (JSON.parse(text) as { widgets: Widget[] }).widgets;
}

function dashboardOf(instanceTypes: string[], env = inRegion('us-east-1')): Widget[] {
  const stack = newStack(env);
  const fleet = existingFleet(stack, { capacity: FleetCapacity.onDemand({ instanceTypes }) });
  new FleetDashboard(stack, 'Dashboard', { fleets: [fleet] });
  return widgetsOf(stack);
}

function titles(widgets: Widget[]): (string | undefined)[] {
  return widgets.filter(({ type }) => type === 'metric').map(({ properties }) => properties.title);
}

function markdown(widgets: Widget[]): string {
  return widgets.find(({ type }) => type === 'text')!.properties.markdown!;
}

const SERVICE = ['Requests', 'Time to answer', 'Health', 'Capacity'];

describe('the dashboard of a fleet', () => {
  test('says of each figure how it is made, from what source and date', () => {
    const text = markdown(dashboardOf(['m9g.4xlarge']));
    expect(text).toContain('## Stack/Fleet');
    expect(text).toContain('2 to 2 instances of m9g.4xlarge in us-east-1.');
    expect(text).toMatch(/\*\*Power is an estimate\*\*, not a measurement.*Model: Public models, \d{4}-\d\d-\d\d/);
    expect(text).toMatch(/\*\*Cost is the on-demand list price\*\*, not the bill.*Source: listed 2026-07-20, AWS/);
  });

  test('says in the title of a widget what its figures are', () => {
    expect(titles(dashboardOf(['m9g.4xlarge']))).toEqual([...SERVICE, 'Power (estimate)', 'List price, not the bill']);
  });

  test('shows the three bounds of the power', () => {
    const power = dashboardOf(['m9g.4xlarge']).find(({ properties }) => properties.title === 'Power (estimate)')!;
    const labels = power.properties.metrics!.flat().flatMap((entry: Json) => (entry.expression ? [entry.label] : []));
    expect(labels).toEqual(['Power, low estimate', 'Power, typical estimate', 'Power, high estimate']);
  });

  test('says that a price is unknown, and shows no cost', () => {
    const widgets = dashboardOf(['m9g.4xlarge'], inRegion('eu-central-1'));
    expect(titles(widgets)).toEqual([...SERVICE, 'Power (estimate)']);
    expect(markdown(widgets)).toContain(
      '**List price is unknown** for an instance type of this fleet in eu-central-1.',
    );
  });

  test('says that a power is unknown, and shows none', () => {
    const widgets = dashboardOf(['m12g.4xlarge']);
    expect(titles(widgets)).toEqual(SERVICE);
    expect(markdown(widgets)).toContain('**Power is unknown**');
  });

  test('works in a region that is only known at deployment', () => {
    const widgets = dashboardOf(['m9g.4xlarge'], {});
    expect(markdown(widgets)).toContain('**List price is unknown** for a stack without a fixed region.');
    expect(new Set(widgets.flatMap(({ properties }) => properties.region ?? []))).toEqual(new Set(['<deployed>']));
  });
});

describe('the estimate in the cloud assembly', () => {
  test('stands at the fleet, for its least number of instances', () => {
    const app = newApp();
    const stack = newStack(undefined, app);
    const capacity = FleetCapacity.onDemand({ instanceTypes: ['m9g.4xlarge'], minInstances: 3, maxInstances: 9 });
    new FleetDashboard(stack, 'Dashboard', { fleets: [existingFleet(stack, { capacity })] });
    const metadata = app.synth().getStackArtifact('Stack').findMetadataByType('cdk-graviton-fleet:estimate');
    expect(metadata.map(({ path }) => path)).toEqual(['/Stack/Fleet']);
    expect(metadata[0].data).toMatchObject({ instances: 3, region: 'us-east-1', vcpus: { low: 48, high: 48 } });
  });
});

describe('a dashboard of many fleets', () => {
  /** Ten fleets a stack: CloudFormation allows 500 resources. */
  function fleets(app: App, count: number): InferenceFleet[] {
    const stacks = Array.from({ length: Math.ceil(count / 10) }, (_, index) =>
      newStack(undefined, app, `Fleets${index}`),
    );
    const capacity = FleetCapacity.onDemand({ instanceTypes: ['m9g.4xlarge', 'm8g.4xlarge'] });
    return Array.from({ length: count }, (_, index) =>
      existingFleet(stacks[index % stacks.length], { capacity }, `Fleet${index}`),
    );
  }

  test('keeps the limits of CloudWatch with 50', { timeout: 120_000 }, () => {
    const app = newApp();
    const stack = newStack(undefined, app, 'Dashboard');
    new FleetDashboard(stack, 'Dashboard', { fleets: fleets(app, 50) });
    const widgets = widgetsOf(stack);
    const metrics = widgets.map(({ properties }) => properties.metrics?.length ?? 0);
    // CloudWatch, "Service quotas": widgets of a dashboard, metrics of a dashboard.
    expect(widgets.length).toBe(50 * 7);
    expect(widgets.length).toBeLessThanOrEqual(500);
    expect(metrics.reduce((sum, count) => sum + count)).toBeLessThanOrEqual(2500);
    // CloudFormation's greatest template, in bytes.
    expect(JSON.stringify(templateOf(stack)).length).toBeLessThanOrEqual(1_000_000);
  });

  test.each([0, 51])('is refused with %i', (count) => {
    const app = newApp();
    const stack = newStack(undefined, app, 'Dashboard');
    const all = Array.from({ length: count }, () => existingFleet(newStack(undefined, newApp())));
    const [problem] = problemsOf(() => new FleetDashboard(stack, 'Dashboard', { fleets: all }));
    expect([problem.what, problem.got, problem.allowed]).toEqual(['fleets', `${count} fleets`, '1 to 50']);
  });
});

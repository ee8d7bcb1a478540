import { App, Stack } from 'aws-cdk-lib';
import { describe, expect, test } from 'vitest';
import { DashboardContent, FleetCapacity, FleetDashboard, InferenceFleet, PowerCurve, PowerModel } from '../../../lib';
import { dashboardProblems } from '../../../lib/cli/preview/dashboard/dashboard-limits';
import { metricRows } from '../../../lib/cli/preview/dashboard/metric-rows';
import { MetricMathRequest } from '../../../lib/economics/metric-math';
import { problemsOf } from '../../support/config-error';
import { dashboardsOf } from '../../support/dashboard-body';
import { existingFleet, inRegion, newApp, newStack } from '../../support/fleet-app';
import { OTHER_ACCOUNT } from '../../support/fleets-app';
import { useSilentWarnings } from '../../support/silent-warnings';
import { templateOf } from '../../support/template';

useSilentWarnings();

/** CloudFormation's greatest template, in bytes, and as the CDK writes it. */
const MAX_TEMPLATE = 1_000_000;
/** Longer than any name that AWS allows for a group or a load balancer. */
const LONGEST_NAME = 'n'.repeat(255);
const REGIONS = ['us-east-1', 'us-west-2', 'us-east-2', 'eu-central-1'];

/** Ten fleets a stack, for CloudFormation allows 500 resources; each stack in an account that is not the dashboard's. */
function fleets(app: App, count: number): InferenceFleet[] {
  const capacity = FleetCapacity.onDemand({ instanceTypes: ['m9g.4xlarge', 'm8g.4xlarge'] });
  const stacks = Array.from({ length: Math.ceil(count / 10) }, (_, index) =>
    newStack({ account: OTHER_ACCOUNT, region: REGIONS[index % REGIONS.length] }, app, `Fleets${index}`),
  );
  return Array.from({ length: count }, (_, index) =>
    existingFleet(stacks[index % stacks.length], { capacity }, `Fleet${index}`),
  );
}

function overview(count: number, content?: DashboardContent, powerModel?: PowerModel): Stack {
  const app = newApp();
  const stack = newStack(inRegion('us-east-1'), app, 'Overview');
  new FleetDashboard(stack, 'Dashboard', { fleets: fleets(app, count), content, powerModel });
  return stack;
}

function sizesOf(stack: Stack) {
  return dashboardsOf(stack, LONGEST_NAME).map(({ logicalId, body }) => {
    const metrics = body.widgets.map(({ properties }) => properties.metrics?.length ?? 0);
    return {
      logicalId,
      body,
      widgets: body.widgets.length,
      metrics: metrics.reduce((sum, count) => sum + count),
      most: Math.max(...metrics),
    };
  });
}

/** Everything that CloudWatch documents, as the preview checks it for any dashboard, and once more by hand. */
function expectWithinLimits(stack: Stack): void {
  for (const { body, widgets, metrics, most } of sizesOf(stack)) {
    expect(dashboardProblems(body)).toEqual([]);
    expect([widgets <= 500, metrics <= 2500, most <= 500]).toEqual([true, true, true]);
    // Ids that are unique, expressions of at most 2,048 characters, no more than 500 of them.
    body.widgets.forEach(({ properties }) => {
      const queries = metricRows(properties).map(({ query }) => query);
      expect(() => new MetricMathRequest(queries, { start: 0, end: 300 }, { points: () => [] })).not.toThrow();
    });
  }
  expect(JSON.stringify(templateOf(stack), undefined, 1).length).toBeLessThanOrEqual(MAX_TEMPLATE);
}

describe('with 200 fleets', { timeout: 240_000 }, () => {
  test('a summary keeps the limits of CloudWatch and CloudFormation', () => {
    const stack = overview(200, DashboardContent.SUMMARY);
    expectWithinLimits(stack);
    const [first, second, ...others] = sizesOf(stack);
    expect([first.logicalId, second.logicalId].map((id) => id.slice(0, -8))).toEqual(['Dashboard', 'DashboardPage2']);
    expect(others).toEqual([]);
    // The first leads to the second, and nothing is on both.
    expect(first.body.widgets[0].properties.markdown).toMatch(/^This is page 1\. \[Page 2\]\(#dashboards:name=n+\)$/);
    expect(first.metrics + second.metrics).toBeGreaterThan(2500);
  });
});

test('the sections of 120 fleets are refused, for no template holds them', { timeout: 240_000 }, () => {
  const [problem] = problemsOf(() => templateOf(overview(120)));
  expect(problem.got).toMatch(/^\d dashboards of \d{4} kB in the template$/);
  expect(problem.allowed).toBe('1000 kB, the most that CloudFormation takes');
  expect(problem.fix).toContain('DashboardContent.SUMMARY');
});

test('the sections of 50 fleets go on several dashboards, and no fleet on two', { timeout: 240_000 }, () => {
  const stack = overview(50);
  expectWithinLimits(stack);
  const headings = sizesOf(stack).map(({ body }) =>
    body.widgets.flatMap(({ properties }) => /^## (\S+)/.exec(properties.markdown ?? '')?.[1] ?? []),
  );
  expect(headings.length).toBeGreaterThan(1);
  expect(new Set(headings.flat()).size).toBe(50);
  expect(headings.flat()).toHaveLength(50);
});

test('more fleets than the metrics of one widget can add up are refused, with the widget that says so', () => {
  const app = newApp();
  const [fleet] = fleets(app, 1);
  // The same group under many names: only the number of metrics matters here.
  const many = Array.from({ length: 260 }, () => Object.create(fleet, {}) as InferenceFleet);
  const found = problemsOf(
    () => new FleetDashboard(newStack(inRegion('us-east-1'), app, 'Overview'), 'Dashboard', { fleets: many }),
  );
  expect(found.map(({ got }) => got)).toEqual([
    expect.stringMatching(/^260 fleets, for which the widget "Power \(estimate\), watts" needs 5\d\d metrics/),
    expect.stringMatching(/^260 fleets, for which the widget "Carbon/),
    expect.stringMatching(/^260 fleets, for which the widget "Power \(estimate\), typical"/),
    expect.stringMatching(/^260 fleets, for which the widget "Failed requests/),
  ]);
  expect(found[0].allowed).toBe('at most 500 in a widget');
});

test('a concave curve has longer expressions, which are divided', { timeout: 240_000 }, () => {
  const stack = overview(60, DashboardContent.SUMMARY, PowerModel.published({ curve: PowerCurve.CONCAVE }));
  expectWithinLimits(stack);
  const lengths = sizesOf(stack)
    .flatMap(({ body }) => body.widgets.flatMap(({ properties }) => properties.metrics ?? []))
    .map((row) => (row.at(-1) as { expression?: string }).expression?.length ?? 0);
  expect(Math.max(...lengths)).toBeGreaterThan(1500);
  expect(Math.max(...lengths)).toBeLessThanOrEqual(2048);
});

import { Stack } from 'aws-cdk-lib';
import { describe, expect, test } from 'vitest';
import { DashboardContent, FleetDashboard } from '../../../lib';
import { readAssembly } from '../../../lib/cli/preview/assembly/read-assembly';
import { buildView } from '../../../lib/cli/preview/view/build-view';
import { SeriesView, WidgetView } from '../../../lib/cli/preview/view/preview-view';
import { MetricIdentity, MetricSource } from '../../../lib/economics/metric-math';
import { markdownOf, titlesOf, widgetsOf } from '../../support/dashboard-body';
import { existingFleet, inRegion, newApp, newStack } from '../../support/fleet-app';
import { fleetsOf, OTHER_ACCOUNT } from '../../support/fleets-app';
import { MONDAY } from '../../support/series-source';
import { useSilentWarnings } from '../../support/silent-warnings';
import { Json, onlyResource, templateOf } from '../../support/template';

useSilentWarnings();

function summary(): Stack {
  const app = newApp();
  const fleets = fleetsOf(app);
  const stack = newStack(inRegion('us-east-1'), app, 'Overview');
  new FleetDashboard(stack, 'Dashboard', { fleets, content: DashboardContent.SUMMARY });
  return stack;
}

/** What each fleet has in two periods of five minutes; West/Embed has no data in the second. */
const INSTANCES: Record<string, (number | undefined)[]> = {
  'East/Chat': [2, 3],
  'West/Workers': [3, 3],
  'West/Embed': [1, undefined],
  'Central/Search': [5, 5],
};
const REQUESTS: Record<string, number[]> = {
  'East/Chat': [100, 200],
  'West/Embed': [10, 20],
  'Central/Search': [1, 2],
};

/** Every CPU at its half, jobs that wait only for workers, and 1 and 2 requests failed by instances and load balancer. */
const SOURCE: MetricSource = {
  points: (metric, _stat, { length }) => {
    const points = pointsOf(metric);
    // Over both periods, as a bar shows it: the average.
    const known = points.filter((value) => value !== undefined);
    return length === 1 ? [known.reduce((sum, value) => sum + value, 0) / known.length] : points;
  },
};

function pointsOf({ metricName, dimensions }: MetricIdentity): (number | undefined)[] {
  const names = Object.values(dimensions).join(' ');
  const [fleet] = Object.keys(INSTANCES).filter((each) => names.includes(`{${each}`));
  switch (metricName) {
    case 'GroupInServiceInstances':
      return INSTANCES[fleet];
    case 'CPUUtilization':
      return [50, 50];
    case 'RequestCount':
      // An alarm of a roll-out names the load balancer by its listener.
      return REQUESTS[fleet] ?? [];
    case 'HTTPCode_Target_5XX_Count':
      return [1, 1];
    case 'HTTPCode_ELB_5XX_Count':
      return [2, 2];
    case 'ApproximateNumberOfMessagesVisible':
      return [7, 8];
    // Only the alarms of roll-outs read these, which no dashboard shows.
    case 'IllegalInstructions':
    case 'UnHealthyHostCount':
      return [];
    default:
      throw new Error(`${metricName} is not recorded`);
  }
}

function evaluated(stack: Stack): readonly WidgetView[] {
  const { directory } = (stack.node.root as ReturnType<typeof newApp>).synth();
  const range = { start: MONDAY, end: MONDAY + 600 };
  const view = buildView(readAssembly(directory), { source: SOURCE, range, origin: '', isSimulated: false });
  return view.dashboards.flatMap(({ widgets }) => widgets);
}

function figuresOf({ content, title }: WidgetView): [string, (number | null)[]][] {
  const series: readonly SeriesView[] =
    content.kind === 'chart' ? content.chart.series : 'series' in content ? content.series : [];
  return series.map(({ label, values }) => [
    `${title}: ${label}`,
    values.map((value) => (value === null ? null : Number(value.toPrecision(4)))),
  ]);
}

describe('the summary across regions and accounts', () => {
  /**
   * The most wanted type is m9g.4xlarge everywhere: typically 38.25 W at half of its CPU, times the PUE of the region:
   * 1.15 in us-east-1, 1.12 in us-west-2, 1.35 in eu-central-1.
   */
  test('adds up to what it is by hand', () => {
    const figures = Object.fromEntries(evaluated(summary()).flatMap(figuresOf));
    expect(figures).toMatchObject({
      // 2 + 3 + 1 + 5; without the third 3 + 3 + 5.
      'Instances: instances': [11, 11],
      'Instances: us-east-1': [2, 3],
      [`Instances: us-west-2, account ${OTHER_ACCOUNT}`]: [4, 3],
      'Instances: eu-central-1': [5, 5],
      // Of m9g.4xlarge 0.78272 USD; Embed 0.78272 to 1.43616, Workers 0.35904 to 0.78272; Search is unknown.
      'List price, not the bill, USD per hour, 3 of 4 fleets: cheapest mix': [
        ...[2 * 0.78272 + 3 * 0.35904 + 0.78272, 3 * 0.78272 + 3 * 0.35904].map((usd) => Number(usd.toPrecision(4))),
      ],
      'List price, not the bill, USD per hour, 3 of 4 fleets: dearest mix': [
        ...[5 * 0.78272 + 1.43616, 6 * 0.78272].map((usd) => Number(usd.toPrecision(4))),
      ],
      'Power (estimate), watts: typical': [
        ...[
          2 * 38.25 * 1.15 + 4 * 38.25 * 1.12 + 5 * 38.25 * 1.35,
          3 * 38.25 * 1.15 + 3 * 38.25 * 1.12 + 5 * 38.25 * 1.35,
        ].map((watts) => Number(watts.toPrecision(4))),
      ],
      'Requests, 3 of 4 fleets: us-east-1': [100, 200],
      'Requests, 3 of 4 fleets: eu-central-1': [1, 2],
      'Failed requests, 3 of 4 fleets: us-east-1': [3, 3],
      [`Waiting jobs, 1 of 4 fleets: us-west-2, account ${OTHER_ACCOUNT}`]: [7, 8],
    });
  });

  test('ranks fleets by their average, without those whose figure is not known', () => {
    const widgets = evaluated(summary());
    const labels = (kind: string) =>
      widgets
        .filter(({ content }) => content.kind === kind)
        .flatMap(({ content }) => ('series' in content ? content.series.map(({ label }) => label) : []));
    expect(labels('bar')).toEqual(['Central/Search', 'West/Workers', 'East/Chat', 'West/Embed']);
    // Dearest mixes: 3 and 2.5 on average x 0.78272, and 1.43616.
    expect(labels('table')).toEqual(['West/Workers', 'East/Chat', 'West/Embed']);
  });

  test('says what it leaves out, and what another account has to do', () => {
    const text = markdownOf(widgetsOf(summary()));
    expect(text).toContain('# 4 fleets in us-east-1, us-west-2, eu-central-1');
    expect(text).toContain('**List price is unknown**, and left out of the totals, for Central/Search.');
    expect(text).not.toContain('**Power is unknown**');
    expect(text).toContain(`Figures of account ${OTHER_ACCOUNT} stay empty until that account shares its metrics`);
  });

  test('speaks of accounts only when they differ, and of regions only when there are several', () => {
    const app = newApp();
    const stack = newStack(undefined, app);
    const fleets = ['One', 'Two'].map((id) => existingFleet(stack, {}, id));
    new FleetDashboard(stack, 'Dashboard', { fleets, content: DashboardContent.SUMMARY });
    const widgets = widgetsOf(stack);
    expect(markdownOf(widgets)).not.toContain('account');
    expect(markdownOf(widgets)).toContain('### Over time');
    expect(JSON.stringify(widgets)).not.toMatch(/accountId|"region":"us-/);
    expect(titlesOf(widgets)).not.toContain('Effective cost');
  });
});

describe('metrics of other regions and accounts', () => {
  function rows(stack: Stack): Json[][] {
    return widgetsOf(stack).flatMap(({ properties }) => (properties.metrics ?? []) as Json[][]);
  }

  test('say where they are, and only those', () => {
    const places = rows(summary())
      .map((row) => row.at(-1))
      .filter(({ expression }) => expression === undefined)
      .map(({ region, accountId }) => [region, accountId].join(' '));
    expect(new Set(places)).toEqual(new Set([' ', `us-west-2 ${OTHER_ACCOUNT}`, 'eu-central-1 ']));
  });

  test('have names that the fleets keep: no group gets a physical name for them', () => {
    const stack = summary();
    const app = stack.node.root as ReturnType<typeof newApp>;
    const groups = app
      .synth()
      .stacks.flatMap(({ template }) => Object.values((template as { Resources: Record<string, Json> }).Resources))
      .filter(({ Type }) => Type === 'AWS::AutoScaling::AutoScalingGroup');
    expect(groups).toHaveLength(4);
    expect(groups.map(({ Properties }) => Properties.AutoScalingGroupName)).toEqual(groups.map(() => undefined));
  });

  test('are each referred to once, and an existing label is not taken for a variable', () => {
    const [, { Properties }] = onlyResource(templateOf(summary()), 'AWS::CloudWatch::Dashboard');
    const [text, variables] = Properties.DashboardBody['Fn::Sub'] as [string, Record<string, Json>];
    const outputs = Object.values(variables).map((value) => JSON.stringify(value));
    expect(new Set(outputs).size).toBe(outputs.length);
    expect(outputs.filter((value) => value.includes('Fn::GetStackOutput')).length).toBeGreaterThan(6);
    expect([...text.matchAll(/\$\{(\w+)\}/g)].map(([, name]) => name).filter((name) => !(name in variables))).toEqual(
      [],
    );
  });
});

import { App, Stack } from 'aws-cdk-lib';
import { describe, expect, test } from 'vitest';
import { FleetDashboard, FleetEconomics } from '../../../lib';
import { readAssembly } from '../../../lib/cli/preview/assembly/read-assembly';
import { RecordedSource } from '../../../lib/cli/preview/data/recorded-source';
import { buildView } from '../../../lib/cli/preview/view/build-view';
import { useBuiltInServer } from '../../support/built-in-server';
import { markdownOf, titlesOf, widgetsOf } from '../../support/dashboard-body';
import { existingFleet, inRegion, newApp, newStack } from '../../support/fleet-app';
import { publishing } from '../../support/publishing-runtime';
import { valuesOf } from '../../support/recorded-metrics';
import { _, MONDAY } from '../../support/series-source';
import { useSilentWarnings } from '../../support/silent-warnings';
import { Json, onlyResource, templateOf } from '../../support/template';
import { workerFleet } from '../../support/worker-app';

useBuiltInServer();

useSilentWarnings();

const SERVER = ['Tokens', 'Time to first token', 'Time per output token', 'Requests of an instance', 'Restarts'];

function dashboardOf(make: (stack: Stack) => Parameters<typeof existingFleet>[1] = publishing): Stack {
  const stack = newStack();
  new FleetDashboard(stack, 'Dashboard', { fleets: [existingFleet(stack, make(stack))] });
  return stack;
}

describe('the dashboard of a fleet of the built-in server', () => {
  test('shows what the server publishes, and what its tokens cost', () => {
    const titles = titlesOf(widgetsOf(dashboardOf()));
    expect(titles.slice(0, 8)).toEqual(['Requests', 'Time to answer', 'Health', ...SERVER]);
    expect(titles).toContain('Cost per million tokens (list price, not the bill)');
    expect(titles).toContain('Energy per million tokens (estimate)');
    expect(titlesOf(widgetsOf(dashboardOf(() => ({}))))).not.toEqual(expect.arrayContaining(['Tokens']));
  });

  test('says how they are made, and what they cost', () => {
    const text = markdownOf(widgetsOf(dashboardOf()));
    expect(text).toMatch(/\*\*Tokens, their times.*published once a minute: six metrics at 0\.30 USD/);
    expect(text).toContain('**Per million tokens** counts the generated ones');
    expect(markdownOf(widgetsOf(dashboardOf(() => ({}))))).not.toContain('Tokens');
  });

  test('of workers has them beside the jobs', () => {
    const stack = newStack();
    new FleetDashboard(stack, 'Dashboard', { fleets: [workerFleet(publishing(), stack)] });
    expect(titlesOf(widgetsOf(stack))).toEqual(expect.arrayContaining(['Jobs', ...SERVER]));
  });

  test('in a stack of its own finds the metrics by the name of the stack of the fleet', () => {
    const app: App = newApp();
    const fleet = existingFleet(newStack(undefined, app), publishing());
    const other = new Stack(app, 'Dashboards', { env: inRegion('eu-west-1') });
    new FleetDashboard(other, 'Dashboard', { fleets: [fleet] });
    const template = JSON.stringify(app.synth().getStackByName('Dashboards').template);
    expect(template).toContain('"StackName":"Stack"');
    expect(template).not.toContain('AWS::StackName');
  });

  test('gives on recorded data what it gives by hand', () => {
    const stack = dashboardOf();
    const values = {
      GroupInServiceInstances: [2, 2],
      CPUUtilization: [100, 100],
      PromptTokens: [600_000, 0],
      GeneratedTokens: [300_000, 0],
      TimeToFirstToken: [0.5],
      RequestsInFlight: [7.5, 0],
      RequestsQueued: [2, 0],
      RuntimeCrashes: [_, 1],
    };
    const source = RecordedSource.parse('recorded', JSON.stringify(recorded(values, fleetNameIn(stack))));
    const resources = readAssembly((stack.node.root as App).synth().directory);
    const view = buildView(resources, { source, range: source.range, origin: '', isSimulated: false });
    const widgets = view.dashboards.flatMap((dashboard) => dashboard.widgets);
    expect(widgets.flatMap(({ problems }) => problems)).toEqual([]);
    const shown = Object.fromEntries(
      widgets.flatMap(({ title, content }) =>
        content.kind === 'chart' ? content.chart.series.map((each) => [`${title}: ${each.label}`, each.values]) : [],
      ),
    );
    expect(shown).toMatchObject({
      'Tokens: of prompts': [2000, 0],
      'Tokens: generated': [1000, 0],
      'Requests of an instance: being worked on': [7.5, 0],
      'Requests of an instance: waiting for a slot': [2, 0],
      'Restarts: restarted after a crash': [null, 1],
    });
    // Two m9g.4xlarge (16 vCPUs at 0.04892 USD an hour) for five minutes and 0.3 million tokens; no figure without tokens.
    const [first, second] = shown['Cost per million tokens (list price, not the bill): List price per million tokens'];
    expect(first).toBeCloseTo((2 * 16 * 0.04892) / 12 / 0.3, 6);
    expect(second).toBeNull();
  });
});

test('economics count the generated tokens of the server, unless the app names others', () => {
  const fleet = existingFleet(newStack(), publishing());
  const cost = new FleetEconomics(fleet).metricCostPerMillionTokens()!.low;
  const series = { GroupInServiceInstances: [1], GeneratedTokens: [1_000_000] };
  expect(valuesOf(cost, series)[0]).toBeCloseTo((16 * 0.04892) / 12, 6);
  const tokens = fleet.metricPromptTokens();
  const ofPrompts = new FleetEconomics(fleet, { tokens }).metricCostPerMillionTokens()!.low;
  expect(ofPrompts.usingMetrics.tokens).toBe(tokens);
});

/** By which the instances of the only fleet of a stack know it. */
function fleetNameIn(stack: Stack): string {
  const [, group] = onlyResource(templateOf(stack), 'AWS::AutoScaling::AutoScalingGroup');
  const tag = group.Properties.Tags.find(({ Key }: Json) => Key === 'graviton-fleet:fleet');
  return `${stack.stackName}/${tag.Value['Fn::Join'][1][1]}`;
}

/** What GetMetricData asked and answered: a value for each five minutes. */
function recorded(values: Readonly<Record<string, readonly (number | undefined)[]>>, fleet: string): object {
  const namespaces: Record<string, [string, string]> = {
    GroupInServiceInstances: ['AWS/AutoScaling', 'AutoScalingGroupName'],
    CPUUtilization: ['AWS/EC2', 'AutoScalingGroupName'],
  };
  const stats: Record<string, string> = { PromptTokens: 'Sum', GeneratedTokens: 'Sum', RuntimeCrashes: 'Sum' };
  const names = Object.keys(values);
  return {
    MetricDataQueries: names.map((MetricName, index) => {
      const [Namespace, Name] = namespaces[MetricName] ?? ['GravitonFleet', 'Fleet'];
      const Metric = { Namespace, MetricName, Dimensions: [{ Name, Value: Name === 'Fleet' ? fleet : 'as deployed' }] };
      const Stat = MetricName === 'TimeToFirstToken' ? 'p50' : (stats[MetricName] ?? 'Average');
      return { Id: `m${index}`, MetricStat: { Metric, Period: 300, Stat } };
    }),
    MetricDataResults: names.map((name, index) => {
      const known = values[name].flatMap((value, period) => (value === undefined ? [] : [{ value, period }]));
      return {
        Id: `m${index}`,
        Timestamps: known.map(({ period }) => MONDAY + period * 300),
        Values: known.map(({ value }) => value),
      };
    }),
  };
}

import { Stack } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { describe, expect, test } from 'vitest';
import {
  DashboardContent,
  FleetCapacity,
  FleetDashboard,
  FleetDashboardProps,
  FleetEconomics,
  FleetLoadBalancing,
  InferenceFleetProps,
  PriceBook,
  ScalableFleet,
} from '../../../lib';
import { problemsOf } from '../../support/config-error';
import { DEPLOYED, markdownOf, titlesOf, widgetsOf } from '../../support/dashboard-body';
import { existingFleet, inRegion, newApp, newStack } from '../../support/fleet-app';
import { useSilentWarnings } from '../../support/silent-warnings';
import { workerFleet } from '../../support/worker-app';

useSilentWarnings();

interface Shown {
  readonly instanceTypes?: string[];
  readonly env?: object;
  readonly fleet?: Partial<InferenceFleetProps>;
  readonly dashboard?: Partial<FleetDashboardProps>;
}

function shown({ instanceTypes = ['m9g.4xlarge'], env = inRegion('us-east-1'), fleet, dashboard }: Shown = {}) {
  const stack = newStack(env);
  const fleets = [existingFleet(stack, { capacity: FleetCapacity.onDemand({ instanceTypes }), ...fleet })];
  new FleetDashboard(stack, 'Dashboard', { fleets, ...dashboard });
  return widgetsOf(stack);
}

const SERVICE = ['Requests', 'Time to answer', 'Health'];
const CAPACITY = ['Instances', 'CPU utilization', 'Idle CPU now, percent'];
const POWER = ['Power (estimate)', 'Energy since the left edge (estimate)', 'Energy per request (estimate)'];
const COST = [
  'List price, not the bill',
  'Cost per 1,000 requests (list price, not the bill)',
  'Cost of idle CPU (list price, not the bill)',
];
const CARBON = ['Carbon (estimate)', 'Carbon since the left edge (estimate)'];

describe('the dashboard of a fleet', () => {
  test('has a section for each kind of figure, and says on the widget what is an estimate', () => {
    const widgets = shown();
    expect(titlesOf(widgets)).toEqual([...SERVICE, ...CAPACITY, ...POWER, ...COST, ...CARBON]);
    const headings = widgets.flatMap(({ properties }) => /^###? (.*)$/m.exec(properties.markdown ?? '')?.[1] ?? []);
    expect(headings).toEqual([
      ...['Stack/Fleet', 'Service', 'Capacity', 'Power (estimate)', 'Cost', 'Carbon (estimate)'],
      'How each figure is made',
    ]);
  });

  test('says of each figure how it is made, from what source and date', () => {
    const text = markdownOf(shown());
    expect(text).toContain('## Stack/Fleet\n2 instances of m9g.4xlarge in us-east-1.');
    expect(text).toMatch(/\*\*Power is an estimate\*\*, not a measurement.*Model: Public models, \d{4}-\d\d-\d\d/);
    expect(text).toMatch(/\*\*Carbon is an estimate\*\*: .*369\.473 to 557\.17 g CO2e per kWh, .*\d{4}/);
    expect(text).toMatch(/\*\*List price is not the bill\*\*.*Source: listed 2026-07-20, AWS/);
    expect(text).toContain('**Cost per work and of idle CPU** is made from the list price.');
    expect(text).not.toContain('any mix');
  });

  test('of several types says that the ends are those of any mix', () => {
    const widgets = shown({ instanceTypes: ['m9g.4xlarge', 'm8g.8xlarge'] });
    expect(markdownOf(widgets)).toContain('low and high are those of any mix of the instance types');
  });

  test('shows the three bounds of an estimate, the highest first', () => {
    const graphs = shown().filter(({ properties }) => properties.title?.includes('(estimate)'));
    const labels = graphs.map(({ properties }) =>
      (properties.metrics ?? []).flat().flatMap((entry) => {
        const { expression, label, visible } = entry as { expression?: string; label?: string; visible?: boolean };
        return expression && visible !== false ? label : [];
      }),
    );
    expect(labels).toEqual(graphs.map(() => ['high', 'typical', 'low']));
  });

  test('shows what the user pays beside the list price, and makes the cost per work of it', () => {
    const rates = { usdPerVcpuHour: { m9g: 0.03 }, source: 'our contract', asOf: '2026-11-01' };
    const widgets = shown({ dashboard: { priceBook: PriceBook.published().withEffectiveRates(rates) } });
    expect(titlesOf(widgets)).toEqual(
      expect.arrayContaining(['List price and effective cost', 'Cost per 1,000 requests (effective)']),
    );
    expect(markdownOf(widgets)).toMatch(/\*\*Effective cost\*\*.*our contract/);
    expect(markdownOf(widgets)).toContain('is made from the effective cost.');
  });

  test('shows tokens where the fleet has economics of its own that count them', () => {
    const stack = newStack();
    const fleet = existingFleet(stack);
    const tokens = new cloudwatch.Metric({ namespace: 'Chat', metricName: 'Tokens', statistic: 'Sum' });
    const own = new FleetEconomics(fleet, { tokens });
    const dashboard = new FleetDashboard(stack, 'Dashboard', { fleets: [fleet], ownEconomics: [own] });
    expect(dashboard.economics).toEqual([own]);
    expect(titlesOf(widgetsOf(stack))).toEqual(
      expect.arrayContaining([
        'Energy per million tokens (estimate)',
        'Cost per million tokens (list price, not the bill)',
      ]),
    );
  });

  test('behind a Network Load Balancer shows connections, and no time to answer', () => {
    const widgets = shown({ fleet: { loadBalancing: FleetLoadBalancing.nlb() } });
    expect(titlesOf(widgets).slice(0, 2)).toEqual(['Connections', 'Health']);
  });

  test('of workers shows their jobs', () => {
    const stack = newStack();
    new FleetDashboard(stack, 'Dashboard', { fleets: [workerFleet({}, stack)] });
    const widgets = widgetsOf(stack);
    const titles = titlesOf(widgets);
    expect(titles.slice(0, 4)).toEqual(['Jobs', 'Oldest waiting job', 'Jobs done', 'Dead jobs and waiting results']);
    expect(titles).toContain('Energy per job (estimate)');
    const metrics = widgets.slice(2, 6).flatMap(({ properties }) => properties.metrics?.map(([, name]) => name) ?? []);
    expect(metrics).toEqual([
      ...['ApproximateNumberOfMessagesVisible', 'ApproximateNumberOfMessagesNotVisible'],
      'ApproximateAgeOfOldestMessage',
      ...['NumberOfMessagesDeleted', 'NumberOfMessagesSent'],
      ...['ApproximateNumberOfMessagesVisible', 'ApproximateNumberOfMessagesVisible'],
    ]);
    expect(markdownOf(widgets)).toContain('**Jobs** are counted by SQS');
  });
});

describe('what is not known', () => {
  test('the price: the dashboard says so, and shows no cost', () => {
    const widgets = shown({ env: inRegion('eu-central-1') });
    expect(titlesOf(widgets)).toEqual([...SERVICE, ...CAPACITY, ...POWER, ...CARBON]);
    expect(markdownOf(widgets)).toContain(
      '**List price is unknown** for an instance type of this fleet in eu-central-1.',
    );
  });

  test('the power: the dashboard says so, and shows neither power nor carbon', () => {
    const widgets = shown({ instanceTypes: ['m12g.4xlarge'] });
    expect(titlesOf(widgets)).toEqual([...SERVICE, ...CAPACITY]);
    expect(markdownOf(widgets)).toContain('**Power is unknown**, and carbon with it');
  });

  test('the region until deployment: neither price nor grid are known', () => {
    const widgets = shown({ env: {} });
    const text = markdownOf(widgets);
    expect(text).toContain('**List price is unknown** for a stack without a fixed region.');
    expect(text).toContain('**Carbon is unknown**: there is no figure for the grid of a region that is only known');
    expect(text).toContain('in the region of its stack');
    expect(new Set(widgets.flatMap(({ properties }) => properties.region ?? []))).toEqual(new Set([DEPLOYED]));
    expect(JSON.stringify(widgets)).not.toContain('accountId');
  });
});

describe('the widgets', () => {
  const gridOf = (stack: Stack) =>
    widgetsOf(stack).map(({ x = 0, y = 0, width = 0, height = 0 }) => ({ x, y, width, height }));

  test('fill the width of each row, and none lies on another', () => {
    const stack = newStack();
    new FleetDashboard(stack, 'Dashboard', { fleets: [existingFleet(stack), workerFleet({}, stack)] });
    const cells = gridOf(stack).flatMap(({ x, y, width, height }) =>
      Array.from({ length: width * height }, (_, cell) => `${x + (cell % width)},${y + Math.floor(cell / width)}`),
    );
    expect(new Set(cells).size).toBe(cells.length);
    expect(cells.length % 24).toBe(0);
  });

  test('stand on a dashboard of your own as on one of ours', () => {
    const [ours, yours] = [newStack(), newStack()].map((stack, index) => {
      const fleets = [existingFleet(stack), workerFleet({}, stack)];
      const content = index === 0 ? DashboardContent.EVERY_FLEET : DashboardContent.NONE;
      const dashboard = new FleetDashboard(stack, 'Dashboard', { fleets, content });
      if (index === 1) {
        expect(dashboard.dashboards).toEqual([]);
        new cloudwatch.Dashboard(stack, 'Own', { widgets: [dashboard.summaryWidgets(), dashboard.widgets()] });
      }
      return stack;
    });
    expect(widgetsOf(yours).map(({ properties }) => properties)).toEqual(
      widgetsOf(ours).map(({ properties }) => properties),
    );
    expect(gridOf(yours)).toEqual(gridOf(ours));
  });

  test('of a summary are made for one fleet too, when they are asked for', () => {
    const stack = newStack();
    new FleetDashboard(stack, 'Dashboard', { fleets: [existingFleet(stack)], content: DashboardContent.SUMMARY });
    expect(titlesOf(widgetsOf(stack))[0]).toBe('Instances');
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

describe('refused', () => {
  function problems(fleets: (stack: Stack) => ScalableFleet[], ownEconomics?: FleetEconomics[], env?: object) {
    const app = newApp();
    const stack = newStack(env, app, 'Overview');
    const found = problemsOf(() => new FleetDashboard(stack, 'Dashboard', { fleets: fleets(stack), ownEconomics }));
    return found.map(({ what, got }) => `${what}: ${got}`);
  }

  test('no fleet', () => {
    expect(problems(() => [])).toEqual(['fleets: no fleet']);
  });

  test('all problems at once: a fleet that is given twice, economics of another', () => {
    const other = new FleetEconomics(existingFleet(newStack()));
    expect(
      problems(
        (stack) => {
          const fleet = existingFleet(stack);
          return [fleet, fleet];
        },
        [other],
      ),
    ).toEqual(['fleets: Overview/Fleet twice', 'ownEconomics: those of Stack/Fleet']);
  });

  test('a fleet of a region that the dashboard cannot know', () => {
    const [problem] = problems(() => [existingFleet(newStack())], undefined, {});
    expect(problem).toContain('Stack/Fleet, of which the region or account is only known at deployment');
  });
});

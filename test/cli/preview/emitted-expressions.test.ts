import { describe, expect, test } from 'vitest';
import { readAssembly } from '../../../lib/cli/preview/assembly/read-assembly';
import { RecordedSource } from '../../../lib/cli/preview/data/recorded-source';
import { buildView } from '../../../lib/cli/preview/view/build-view';
import { SeriesView, WidgetContent } from '../../../lib/cli/preview/view/preview-view';
import { EXAMPLES, loadExample } from '../../support/example-app';
import { MONDAY } from '../../support/series-source';

/**
 * Twenty minutes of a fleet: 2, 3, unknown and 2 instances, at 50 percent of the CPU, unknown twice, and 100 percent. The
 * last known utilization stands in where it is unknown: 50, 50, 50 and 100. Failed requests: 1, none, 2 and none by the
 * instances, none, 3, 4 and none by the load balancer.
 */
const RECORDED = {
  MetricDataQueries: [
    query('instances', 'AWS/AutoScaling', 'GroupInServiceInstances'),
    query('desired', 'AWS/AutoScaling', 'GroupDesiredCapacity'),
    query('cpu', 'AWS/EC2', 'CPUUtilization'),
    sums('requests', 'RequestCount', 'LoadBalancer'),
    sums('ofInstances', 'HTTPCode_Target_5XX_Count', 'TargetGroup', 'LoadBalancer'),
    sums('ofBalancer', 'HTTPCode_ELB_5XX_Count', 'LoadBalancer'),
    jobs('NumberOfMessagesDeleted'),
  ],
  MetricDataResults: [
    { Id: 'instances', Timestamps: [0, 300, 900].map((seconds) => MONDAY + seconds), Values: [2, 3, 2] },
    { Id: 'desired', Timestamps: [0, 300, 900].map((seconds) => MONDAY + seconds), Values: [2, 3, 2] },
    { Id: 'cpu', Timestamps: [0, 900].map((seconds) => MONDAY + seconds), Values: [50, 100] },
    { Id: 'requests', Timestamps: [0, 300, 900].map((seconds) => MONDAY + seconds), Values: [1000, 2000, 400] },
    { Id: 'jobs', Timestamps: [0, 300, 900].map((seconds) => MONDAY + seconds), Values: [1000, 2000, 400] },
    { Id: 'ofInstances', Timestamps: [0, 600].map((seconds) => MONDAY + seconds), Values: [1, 2] },
    { Id: 'ofBalancer', Timestamps: [300, 600].map((seconds) => MONDAY + seconds), Values: [3, 4] },
  ],
};

type Points = readonly (number | null)[];

/** Failed requests of instances and load balancer together; those of either alone count. */
const FAILED = { 'Requests: failed': [1, 3, 6, null] };
/** Where the utilization is missing there is no figure. */
const IDLE = { 'Idle CPU now, percent: idle': [50, null, null, 0] };

/**
 * By hand, from watts of one instance. Where the number of instances is missing there is no figure, and never 0 W. Five
 * minutes are a twelfth of an hour, and 1,000, 2,000 and 400 requests or jobs were done in those that have a figure.
 * us-east-1 has 369.473 (low), 379.07 (typical) and 557.17 g CO2e per kWh (high).
 */
function byHand(
  bound: 'low' | 'typical' | 'high',
  [atHalf, atFull]: readonly [number, number],
  work: 'request' | 'job' = 'request',
): Record<string, Points> {
  const [first, second, last] = [2 * atHalf, 3 * atHalf, 2 * atFull];
  const gramsPerKwh = { low: 369.473, typical: 379.07, high: 557.17 }[bound];
  const [g1, g2, g3] = [first, second, last].map((watts) => (watts / 1000) * gramsPerKwh);
  const kwh = (...watts: number[]) => watts.reduce((sum, each) => sum + each, 0) / 1000 / 12;
  const kg = (...grams: number[]) => grams.reduce((sum, each) => sum + each, 0) / 1000 / 12;
  return {
    [`Power (estimate): ${bound}`]: [first, second, null, last],
    [`Energy since the left edge (estimate): ${bound}`]: [
      ...[kwh(first), kwh(first, second)],
      ...[null, kwh(first, second, last)],
    ],
    [`Energy per ${work} (estimate): ${bound}`]: [first / 12 / 1000, second / 12 / 2000, null, last / 12 / 400],
    [`Carbon (estimate): ${bound}`]: [g1, g2, null, g3],
    [`Carbon since the left edge (estimate): ${bound}`]: [kg(g1), kg(g1, g2), null, kg(g1, g2, g3)],
  };
}

/** A cost as its widgets and lines name it. */
interface CostNames {
  /** Title of the graph of USD per hour. */
  readonly title: string;
  /** How titles call the price that a cost per work is made from. */
  readonly basis: string;
  readonly price: string;
  readonly mix: string;
}

/** By hand, from the USD per hour of one instance. */
function costByHand({ title, price, mix }: CostNames, usdPerHour: number): Record<string, Points> {
  return { [`${title}: ${price}${mix}`]: [2 * usdPerHour, 3 * usdPerHour, null, 2 * usdPerHour] };
}

/** By hand: half of two and of three instances is idle, and nothing of the last two. */
function costPerWorkByHand(
  { basis, price, mix }: CostNames,
  usdPerHour: number,
  work: 'requests' | 'jobs' = 'requests',
): Record<string, Points> {
  const [two, three] = [2 * usdPerHour, 3 * usdPerHour];
  return {
    [`Cost per 1,000 ${work} (${basis}): ${price} per thousand ${work}${mix}`]: [
      ...[two / 12, three / 12 / 2],
      ...[null, two / 12 / 0.4],
    ],
    [`Cost of idle CPU (${basis}): ${price} of idle CPU${mix}`]: [two / 2, three / 2, null, 0],
  };
}

const LIST: CostNames = {
  title: 'List price, not the bill',
  basis: 'list price, not the bill',
  price: 'List price',
  mix: '',
};
const BOTH = { title: 'List price and effective cost', basis: 'effective' };
const CHEAPEST = ', cheapest mix';
const DEAREST = ', dearest mix';

/**
 * One m9g.4xlarge in us-east-1 draws 11.04 to 34.96 W (low), 32.775 to 55.2 W (typical) and 34.96 to 82.8 W (high) from
 * idle to full load, so half of the way at 50 percent; one m8g.8xlarge up to 73.6 to 211.6 W, and an m8g.4xlarge half of that. By list, 16 vCPUs of m8g at
 * 0.04488 USD an hour are the cheapest, 32 of m9g at 0.04892 the dearest; by the rates of the complete example, at 0.0323
 * and 0.0352. Its first two instances are on-demand, and a quarter of the others, rounded up: so all three are.
 */
const BY_HAND: Record<(typeof EXAMPLES)[number], Record<string, Points>> = {
  'minimal-fleet': {
    ...FAILED,
    ...IDLE,
    ...byHand('low', [23, 34.96]),
    ...byHand('typical', [43.9875, 55.2]),
    ...byHand('high', [58.88, 82.8]),
    ...costByHand(LIST, 0.78272),
    ...costPerWorkByHand(LIST, 0.78272),
  },
  'worker-fleet': {
    ...IDLE,
    ...byHand('low', [23, 34.96], 'job'),
    ...byHand('typical', [43.9875, 55.2], 'job'),
    ...byHand('high', [71.3, 105.8], 'job'),
    ...costByHand({ ...LIST, mix: CHEAPEST }, 0.71808),
    ...costByHand({ ...LIST, mix: DEAREST }, 0.78272),
    ...costPerWorkByHand({ ...LIST, mix: CHEAPEST }, 0.71808, 'jobs'),
    ...costPerWorkByHand({ ...LIST, mix: DEAREST }, 0.78272, 'jobs'),
  },
  'complete-fleet': {
    ...FAILED,
    ...IDLE,
    ...byHand('low', [23, 34.96]),
    ...byHand('typical', [43.9875, 55.2]),
    ...byHand('high', [142.6, 211.6]),
    ...costByHand({ ...BOTH, price: 'List price', mix: CHEAPEST }, 0.71808),
    ...costByHand({ ...BOTH, price: 'List price', mix: DEAREST }, 1.56544),
    ...costByHand({ ...BOTH, price: 'Effective cost', mix: CHEAPEST }, 0.5168),
    ...costByHand({ ...BOTH, price: 'Effective cost', mix: DEAREST }, 1.1264),
    ...costPerWorkByHand({ ...BOTH, price: 'Effective cost', mix: CHEAPEST }, 0.5168),
    ...costPerWorkByHand({ ...BOTH, price: 'Effective cost', mix: DEAREST }, 1.1264),
    'Spot below list price: Spot below list price, cheapest mix': [0, 0, null, 0],
    'Spot below list price: Spot below list price, dearest mix': [0, 0, null, 0],
  },
};

function query(Id: string, Namespace: string, MetricName: string): object {
  const Dimensions = [{ Name: 'AutoScalingGroupName', Value: 'as deployed' }];
  return { Id, MetricStat: { Metric: { Namespace, MetricName, Dimensions }, Period: 300, Stat: 'Average' } };
}

function jobs(MetricName: string): object {
  const Dimensions = [{ Name: 'QueueName', Value: 'as deployed' }];
  return {
    Id: 'jobs',
    MetricStat: { Metric: { Namespace: 'AWS/SQS', MetricName, Dimensions }, Period: 300, Stat: 'Sum' },
  };
}

function sums(Id: string, MetricName: string, ...dimensions: string[]): object {
  const Dimensions = dimensions.map((Name) => ({ Name, Value: 'as deployed' }));
  return {
    Id,
    MetricStat: { Metric: { Namespace: 'AWS/ApplicationELB', MetricName, Dimensions }, Period: 300, Stat: 'Sum' },
  };
}

describe.each(EXAMPLES)('each expression on the dashboard of %s', (name) => {
  test('gives on recorded data what it gives by hand', async () => {
    const app = await loadExample(name, { account: '123456789012', region: 'us-east-1' });
    const source = RecordedSource.parse('recorded', JSON.stringify(RECORDED));
    const resources = readAssembly(app.synth().directory);
    const view = buildView(resources, { source, range: source.range, origin: '', isSimulated: false });
    const widgets = view.dashboards.flatMap((dashboard) => dashboard.widgets);
    expect(widgets.flatMap(({ problems }) => problems)).toEqual([]);

    const expressions = expressionNames(resources.map(({ properties }) => properties.DashboardBody));
    const series = widgets.flatMap(({ title, content }) =>
      seriesOf(content).map(({ label, values }) => ({ name: `${title}: ${label}`, values })),
    );
    const evaluated = series.filter(({ name: each }) => expressions.has(each));
    // An expression that is new here wants its figures worked out above.
    // Two fleets of an example may show the same one.
    const names = [...new Set(evaluated.map(({ name: each }) => each))];
    expect(names.sort()).toEqual(Object.keys(BY_HAND[name]).sort());
    for (const { name: each, values } of evaluated) {
      expect([each, ...values.map(rounded)]).toEqual([each, ...BY_HAND[name][each].map(rounded)]);
    }
  });
});

function seriesOf(content: WidgetContent): readonly SeriesView[] {
  if (content.kind === 'chart') {
    return content.chart.series;
  }
  return 'series' in content ? content.series : [];
}

interface Widget {
  readonly properties: {
    title?: string;
    metrics?: (string | { expression?: string; label?: string; visible?: boolean })[][];
  };
}

/** Title and label of each expression that is shown. */
function expressionNames(bodies: readonly unknown[]): Set<string> {
  const widgets = bodies
    .filter((body) => typeof body === 'string')
    .flatMap((body) => (JSON.parse(body) as { widgets: Widget[] }).widgets);
  return new Set(
    widgets.flatMap(({ properties: { title, metrics = [] } }) =>
      metrics.flatMap((row) => {
        const options = row.at(-1);
        const isShown = typeof options === 'object' && options.expression !== undefined && options.visible !== false;
        return isShown ? `${title}: ${options.label}` : [];
      }),
    ),
  );
}

/** Five significant digits: the expressions carry six. */
function rounded(value: number | null): number | null {
  return value === null ? null : Number(value.toPrecision(5));
}

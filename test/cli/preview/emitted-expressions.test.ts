import { describe, expect, test } from 'vitest';
import { readAssembly } from '../../../lib/cli/preview/assembly/read-assembly';
import { RecordedSource } from '../../../lib/cli/preview/data/recorded-source';
import { buildView } from '../../../lib/cli/preview/view/build-view';
import { SeriesView } from '../../../lib/cli/preview/view/preview-view';
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
    query('cpu', 'AWS/EC2', 'CPUUtilization'),
    errors('ofInstances', 'HTTPCode_Target_5XX_Count', 'TargetGroup', 'LoadBalancer'),
    errors('ofBalancer', 'HTTPCode_ELB_5XX_Count', 'LoadBalancer'),
  ],
  MetricDataResults: [
    { Id: 'instances', Timestamps: [0, 300, 900].map((seconds) => MONDAY + seconds), Values: [2, 3, 2] },
    { Id: 'cpu', Timestamps: [0, 900].map((seconds) => MONDAY + seconds), Values: [50, 100] },
    { Id: 'ofInstances', Timestamps: [0, 600].map((seconds) => MONDAY + seconds), Values: [1, 2] },
    { Id: 'ofBalancer', Timestamps: [300, 600].map((seconds) => MONDAY + seconds), Values: [3, 4] },
  ],
};

/**
 * By hand. One m9g.4xlarge in us-east-1 draws 11.04 to 34.96 W (low), 32.775 to 55.2 W (typical) and 34.96 to 82.8 W
 * (high) from idle to full load, so half of the way at 50 percent; one m8g.8xlarge up to 73.6 to 211.6 W. Where the
 * number of instances is missing there is no figure, and never 0 W.
 */
const BY_HAND: Record<(typeof EXAMPLES)[number], Record<string, (number | null)[]>> = {
  'minimal-fleet': {
    'Power, low estimate': [2 * 23, 3 * 23, null, 2 * 34.96],
    'Power, typical estimate': [2 * 43.9875, 3 * 43.9875, null, 2 * 55.2],
    'Power, high estimate': [2 * 58.88, 3 * 58.88, null, 2 * 82.8],
    // 16 vCPU at 0.04892 USD per hour.
    'List price': [1.56544, 2.34816, null, 1.56544],
    failed: [1, 3, 6, 0],
  },
  'worker-fleet': {},
  'complete-fleet': {
    'Power, low estimate': [2 * 23, 3 * 23, null, 2 * 34.96],
    'Power, typical estimate': [2 * 43.9875, 3 * 43.9875, null, 2 * 55.2],
    'Power, high estimate': [2 * 142.6, 3 * 142.6, null, 2 * 211.6],
    // 16 vCPU of m8g at 0.04488 USD per hour; 32 of m9g at 0.04892.
    'List price, cheapest mix': [1.43616, 2.15424, null, 1.43616],
    'List price, dearest mix': [3.13088, 4.69632, null, 3.13088],
    failed: [1, 3, 6, 0],
  },
};

function query(Id: string, Namespace: string, MetricName: string): object {
  const Dimensions = [{ Name: 'AutoScalingGroupName', Value: 'as deployed' }];
  return { Id, MetricStat: { Metric: { Namespace, MetricName, Dimensions }, Period: 300, Stat: 'Average' } };
}

function errors(Id: string, MetricName: string, ...dimensions: string[]): object {
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

    const expressions = expressionLabels(resources.map(({ properties }) => properties.DashboardBody));
    const series = widgets.flatMap(({ content }) => ('chart' in content ? content.chart.series : seriesOf(content)));
    const evaluated = series.filter(({ label }) => expressions.has(label)).map(({ label, values }) => [label, values]);
    // An expression that is new here wants its figures worked out above.
    expect(evaluated.map(([label]) => label).sort()).toEqual(Object.keys(BY_HAND[name]).sort());
    for (const [label, values] of evaluated as [string, (number | null)[]][]) {
      const expected = BY_HAND[name][label];
      expect([label, ...values.map(rounded)]).toEqual([label, ...expected.map(rounded)]);
    }
  });
});

function seriesOf(content: object): readonly SeriesView[] {
  return 'series' in content ? (content.series as readonly SeriesView[]) : [];
}

function expressionLabels(bodies: readonly unknown[]): Set<string> {
  return new Set(
    bodies
      .filter((body) => typeof body === 'string')
      .flatMap(
        (body) =>
          (
            JSON.parse(body) as {
              widgets: { properties: { metrics?: (string | { expression?: string; label?: string })[][] } }[];
            }
          ).widgets,
      )
      .flatMap(({ properties }) => properties.metrics ?? [])
      .flatMap((row) => {
        const options = row.at(-1);
        return typeof options === 'object' && options.expression !== undefined ? options.label! : [];
      }),
  );
}

/** Five significant digits: the expressions carry six. */
function rounded(value: number | null): number | null {
  return value === null ? null : Number(value.toPrecision(5));
}

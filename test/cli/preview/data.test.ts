import { describe, expect, test } from 'vitest';
import { AssemblyResource } from '../../../lib/cli/preview/assembly/read-assembly';
import { RecordedSource } from '../../../lib/cli/preview/data/recorded-source';
import { SimulatedSource } from '../../../lib/cli/preview/data/simulated-source';
import { MetricIdentity, TimeGrid } from '../../../lib/economics/metric-math';
import { problemsOf } from '../../support/config-error';
import { _, MONDAY } from '../../support/series-source';

const DAY: TimeGrid = { start: MONDAY, period: 300, length: 288 };
const NOW = MONDAY + 86_400;

function group(logicalId: string, MinSize: unknown, MaxSize: unknown): AssemblyResource {
  const type = 'AWS::AutoScaling::AutoScalingGroup';
  return { stack: 'S', region: 'r', logicalId, path: logicalId, type, properties: { MinSize, MaxSize } };
}

function metric(namespace: string, metricName: string, dimensions = { AutoScalingGroupName: '{ChatGroup1}' }) {
  return { namespace, metricName, dimensions };
}

const INSTANCES = metric('AWS/AutoScaling', 'GroupInServiceInstances');
const CPU = metric('AWS/EC2', 'CPUUtilization');

describe('simulated data', () => {
  const chat = [group('ChatGroup1', '2', '12'), group('EmbedGroup2', '1', '1')];
  const points = (of: MetricIdentity, seed = 1, stat = 'Average', grid = DAY) =>
    new SimulatedSource(seed, chat, NOW).points(of, stat, grid);
  const values = (...args: Parameters<typeof points>) => points(...args).filter((value) => value !== undefined);

  test('is the same for the same seed, and another for another', () => {
    expect(points(CPU, 7)).toEqual(points(CPU, 7));
    expect(points(CPU, 7)).not.toEqual(points(CPU, 8));
  });

  test.each([1, 2, 3, 4, 5])('by seed %i keeps to the size of the group, and uses most of it', (seed) => {
    const instances = values(INSTANCES, seed, 'Maximum');
    expect(instances.every((value) => value >= 2 && value <= 12)).toBe(true);
    expect(Math.max(...instances)).toBeGreaterThanOrEqual(10);
    const cpu = values(CPU, seed);
    expect(Math.min(...cpu)).toBeGreaterThan(0);
    expect(Math.max(...cpu)).toBeLessThanOrEqual(100);
  });

  test('finds the group of a load balancer by its name', () => {
    const healthy = (LoadBalancer: string) =>
      Math.max(...values({ ...metric('AWS/ApplicationELB', 'HealthyHostCount'), dimensions: { LoadBalancer } }));
    expect(healthy('{EmbedLoadBalancerListener9[1]}/{EmbedLoadBalancerListener9[2]}')).toBe(1);
    expect(healthy('{ChatLoadBalancerListener3[1]}')).toBeGreaterThan(1);
  });

  test('has a gap in the CPU utilization, and no error counts of zero', () => {
    expect(points(CPU).filter((value) => value === undefined)).toHaveLength(3);
    const failed = points(metric('AWS/ApplicationELB', 'HTTPCode_Target_5XX_Count'), 1, 'Sum');
    expect(failed).toContain(undefined);
    expect(failed).not.toContain(0);
  });

  test('adds up: sums of five minutes are those of their minutes, and percentiles rise', () => {
    const requests = metric('AWS/ApplicationELB', 'RequestCount');
    const minutes = points(requests, 1, 'Sum', { ...DAY, period: 60, length: 1440 });
    const sums = points(requests, 1, 'Sum');
    expect(sums[100]).toBe(minutes.slice(500, 505).reduce<number>((sum, value) => sum + value!, 0));
    const time = (stat: string) => points(metric('AWS/ApplicationELB', 'TargetResponseTime'), 1, stat)[100]!;
    expect(time('p50')).toBeLessThan(time('p90'));
    expect(time('p90')).toBeLessThan(time('p99'));
  });

  test('has metrics every five minutes only there, and none of the future', () => {
    const everyMinute = points(CPU, 1, 'Average', { start: MONDAY, period: 60, length: 10 });
    expect(everyMinute.map((value) => value !== undefined)).toEqual(
      [0, 1, 2, 3, 4, 5, 6, 7, 8, 9].map((n) => n % 5 === 0),
    );
    expect(points(INSTANCES, 1, 'Average', { start: NOW, period: 300, length: 3 })).toEqual([_, _, _]);
  });
});

describe('recorded data', () => {
  const query = (Id: string, Value: string, Stat = 'Average', Period = 300) => ({
    Id,
    MetricStat: {
      Metric: {
        Namespace: 'AWS/EC2',
        MetricName: 'CPUUtilization',
        Dimensions: [{ Name: 'AutoScalingGroupName', Value }],
      },
      Period,
      Stat,
    },
  });
  const result = (Id: string, Values: number[]) => ({
    Id,
    Timestamps: Values.map((__, index) => new Date((MONDAY + index * 300) * 1000).toISOString()),
    Values,
  });
  const parse = (MetricDataQueries: unknown[], MetricDataResults: unknown[]) =>
    RecordedSource.parse('data.json', JSON.stringify({ MetricDataQueries, MetricDataResults }));
  const three: TimeGrid = { start: MONDAY, period: 300, length: 3 };

  test('is what GetMetricData printed, whatever the order of its times', () => {
    const answer = result('m1', [1, 2, 3]);
    answer.Timestamps.reverse();
    const source = parse([query('m1', 'chat')], [answer]);
    expect(source.range).toEqual({ start: MONDAY, end: MONDAY + 900 });
    expect(
      source.points(metric('AWS/EC2', 'CPUUtilization', { AutoScalingGroupName: 'chat' }), 'Average', three),
    ).toEqual([3, 2, 1]);
  });

  test('takes times in seconds, and pages of one answer', () => {
    const pages = [
      { Id: 'm1', Timestamps: [MONDAY], Values: [1] },
      { Id: 'm1', Timestamps: [MONDAY + 600], Values: [3] },
    ];
    expect(parse([query('m1', 'chat')], pages).points(CPU, 'Average', three)).toEqual([1, _, 3]);
  });

  test('is that of the metric: another statistic, dimension or name is not', () => {
    const source = parse([query('m1', 'chat')], [result('m1', [1])]);
    expect(source.points(CPU, 'Average', three)[0]).toBe(1);
    expect(source.points(CPU, 'Maximum', three)[0]).toBeUndefined();
    expect(source.points(metric('AWS/EC2', 'NetworkIn'), 'Average', three)[0]).toBeUndefined();
    expect(
      source.points({ ...CPU, dimensions: { AutoScalingGroupName: 'other' } }, 'Average', three)[0],
    ).toBeUndefined();
    expect(source.points({ ...CPU, dimensions: {} }, 'Average', three)[0]).toBeUndefined();
  });

  test('of two fleets is refused where only the deployment tells which is which', () => {
    const source = parse([query('m1', 'chat'), query('m2', 'embed')], [result('m1', [1]), result('m2', [2])]);
    const [problem] = problemsOf(() => source.points(CPU, 'Average', three));
    expect(problem.got).toBe(
      '2 recorded metrics that it may be (AutoScalingGroupName chat; AutoScalingGroupName embed)',
    );
    expect(source.points({ ...CPU, dimensions: { AutoScalingGroupName: 'embed' } }, 'Average', three)[0]).toBe(2);
  });

  test.each([
    ['{', 'got text that is not JSON'],
    ['null', 'got JSON without MetricDataResults'],
    ['{"MetricDataResults":[]}', 'got JSON without MetricDataQueries'],
    ['{"MetricDataQueries":[],"MetricDataResults":[]}', 'got no data point'],
  ])('%s is refused', (text, message) => {
    expect(() => RecordedSource.parse('data.json', text)).toThrow(`data.json: ${message}`);
  });

  test('a point without a time or a value is refused', () => {
    expect(() => parse([query('m1', 'chat')], [{ Id: 'm1', Timestamps: ['yesterday'], Values: [1] }])).toThrow(
      'data.json: got data point 1 of m1 without time or value',
    );
  });
});

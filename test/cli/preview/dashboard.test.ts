import { describe, expect, test } from 'vitest';
import { parseDashboardBody, Widget } from '../../../lib/cli/preview/dashboard/dashboard-body';
import { dashboardProblems } from '../../../lib/cli/preview/dashboard/dashboard-limits';
import { dashboardTime } from '../../../lib/cli/preview/dashboard/dashboard-time';
import { metricRows } from '../../../lib/cli/preview/dashboard/metric-rows';
import { DASHBOARD_LIMITS } from '../../../lib/economics/dashboard/private/dashboard-limits';

describe('the metrics of a widget', () => {
  // "Metric Widget: Format for Each Metric in the Array" in CloudWatch's "Dashboard Body Structure and Syntax".
  test('with abbreviations, written out', () => {
    const rows = metricRows({
      period: 60,
      stat: 'Sum',
      metrics: [
        ['AWS/EC2', 'DiskReadBytes', 'InstanceId', 'i-xyz', { label: 'read', yAxis: 'right', color: '#123456' }],
        ['.', '.', '.', 'i-abc', { id: 'm1', stat: 'p99', period: 300, visible: false }],
        [{ expression: 'm1 * 2', id: 'e1' }],
        ['.', 'DiskWriteBytes', '.', '.'],
        ['...', 'i-123'],
      ],
    });
    const identity = (metricName: string, instance: string) => ({
      namespace: 'AWS/EC2',
      metricName,
      dimensions: { InstanceId: instance },
    });
    expect(rows).toMatchObject([
      {
        query: { metric: identity('DiskReadBytes', 'i-xyz'), stat: 'Sum', period: 60 },
        label: 'read',
        axis: 'right',
        color: '#123456',
        visible: true,
      },
      { query: { id: 'm1', metric: identity('DiskReadBytes', 'i-abc'), stat: 'p99', period: 300 }, visible: false },
      { query: { id: 'e1', expression: 'm1 * 2', period: 60 }, axis: 'left' },
      { query: { metric: identity('DiskWriteBytes', 'i-abc'), stat: 'Sum' } },
      { query: { metric: identity('DiskWriteBytes', 'i-123'), stat: 'Sum' } },
    ]);
  });

  test("have CloudWatch's defaults: Average over five minutes, and no period of their own for expressions", () => {
    const [metric, expression] = metricRows({ metrics: [['A', 'B'], [{ expression: 'm1' }]] });
    expect(metric.query).toMatchObject({ stat: 'Average', period: 300 });
    expect(expression.query.period).toBeUndefined();
  });
});

describe("CloudWatch's limits", () => {
  const widget = (metrics: number, place: Partial<Widget> = {}): Widget => ({
    type: 'metric',
    ...place,
    properties: { title: 'Many', metrics: Array.from({ length: metrics }, (_, index) => ['A', `m${index}`]) },
  });

  test('are kept by a dashboard at the limits', () => {
    const widgets = [...Array.from({ length: 5 }, () => widget(500)), ...Array.from({ length: 495 }, () => widget(0))];
    expect(dashboardProblems({ widgets })).toEqual([]);
    expect(dashboardProblems({ widgets: [widget(0, { x: 12, width: 12, height: 1000 })] })).toEqual([]);
  });

  test('are each named when exceeded', () => {
    const widgets = [widget(501, { x: 13, width: 12 }), ...Array.from({ length: 500 }, () => widget(4, { height: 6 }))];
    expect(dashboardProblems({ widgets }).map(({ what, got, allowed }) => [what, got, allowed])).toEqual([
      ['widgets', '501', `at most ${DASHBOARD_LIMITS.widgets}`],
      ['metrics of the dashboard', '2501', 'at most 2500'],
      ['metrics of widget "Many"', '501', 'at most 500'],
      ['right edge of widget "Many"', '25', 'at most 24'],
    ]);
  });
});

describe('the time of a dashboard', () => {
  const now = Date.UTC(2026, 10, 23, 12) / 1000;

  test.each([
    [{}, 24],
    [{ start: '-PT6H' }, 6],
    [{ start: '-P7D' }, 168],
    [{ start: '-P1W' }, 168],
    [{ start: '-P1DT12H30M' }, 36.5],
    [{ start: '2026-11-23T00:00:00Z' }, 12],
    [{ start: '2026-11-22T00:00:00Z', end: '2026-11-22T06:00:00Z' }, 6],
    [{ start: '2030-01-01T00:00:00Z' }, 24],
    [{ start: '-P1M' }, 24],
  ])('%o is %f hours', (times, hours) => {
    const { start, end } = dashboardTime(now, times);
    expect((end - start) / 3600).toBe(hours);
  });
});

describe('a body that is none', () => {
  test.each([
    ['{', 'a DashboardBody that is not JSON'],
    ['{}', 'a DashboardBody without widgets'],
    ['null', 'a DashboardBody without widgets'],
    [undefined, 'a DashboardBody without widgets'],
  ])('%s', (body, got) => {
    expect(() => parseDashboardBody('Stack/Dashboard', body)).toThrow(`Stack/Dashboard: got ${got}`);
  });
});

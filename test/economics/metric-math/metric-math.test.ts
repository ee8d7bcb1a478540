import * as vm from 'node:vm';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { aggregate, MetricMathRequest, MetricQuery, MetricSource } from '../../../lib/economics/metric-math';
import { problemsOf } from '../../support/config-error';
import { _, evaluateOver, MONDAY, oneSeries, seriesSource } from '../../support/series-source';

const HOUR = { start: MONDAY, end: MONDAY + 3600 };

function metric(id: string, period = 300, stat = 'Average'): MetricQuery {
  return { id, metric: { namespace: 'Test', metricName: id, dimensions: {} }, stat, period };
}

describe('precedence', () => {
  test.each([
    ['m1 + 2 * 3', 8],
    ['(m1 + 2) * 3', 12],
    ['m1 - 1 - 1', 0],
    ['8 / m1 / 2', 2],
    ['-m1 ^ 2', -4],
    ['2 ^ 3 ^ m1', 512],
    ['2 ^ -m1', 0.25],
    ['m1 - -1', 3],
    ['1 + m1 > 2 + 0.5', 1],
    ['m1 > 3 AND m1 > 3 OR m1 > 1', 1],
    ['m1 > 1 OR m1 > 3 AND m1 > 3', 1],
    ['1e1 * m1 + .5', 20.5],
  ])('%s', (expression, expected) => {
    expect(oneSeries(expression, { m1: [2] })).toEqual([expected]);
  });

  test('is that of JavaScript for any expression of + - * / and brackets', () => {
    // Numbers only: of a series, a dropped point counts as 0 further on, which JavaScript has nothing like.
    const leaf = fc.integer({ min: 1, max: 9 }).map(String);
    const { expression } = fc.letrec<{ expression: string }>((tie) => ({
      expression: fc.oneof(
        { depthSize: 'small', withCrossShrink: true },
        leaf,
        fc
          .tuple(tie('expression'), fc.constantFrom('+', '-', '*', '/'), tie('expression'), fc.boolean())
          .map(([left, operator, right, bracket]) =>
            bracket ? `(${left}) ${operator} (${right})` : `${left}${operator}${right}`,
          ),
      ),
    }));
    fc.assert(
      fc.property(expression, (text) => {
        const expected = vm.runInNewContext(text) as number;
        const [value] = oneSeries(`0 * m1 + (${text})`, { m1: [3] });
        if (Number.isFinite(expected)) {
          expect(value).toBeCloseTo(expected, 6);
        } else {
          expect(value).toBeUndefined();
        }
      }),
    );
  });
});

test('a dropped point is a missing value further on, and counts as 0 there', () => {
  expect(oneSeries('m1 / m2 + m1', { m1: [4], m2: [0] })).toEqual([4]);
});

describe('values that CloudWatch cannot keep', () => {
  test.each(['m1 / 0', 'm1 * 2 ^ 400', 'm1 ^ 0.5', '1 / (m1 - m1)', 'm1 + 1 / 0'])('%s has no point', (expression) => {
    expect(oneSeries(expression, { m1: [-1] })).toEqual([_]);
  });
});

describe('what cannot be evaluated is refused', () => {
  test.each([
    ['', 'expression', '0 characters'],
    [`m1 + ${'1'.repeat(2048)}`, 'expression', '2053 characters'],
    ['m1 +', 'character 5', 'the end'],
    ['m1 m1', 'character 4', 'm1'],
    ['(m1', 'character 4', 'the end'],
    ['SUM(m1,', 'character 8', 'the end'],
    ['m1 $ 2', 'character 4', '$'],
    ['m1 + "text"', 'the operator +', '"text"'],
    ['m1 + REPEAT', 'the operator +', 'REPEAT'],
    ['avg(m1)', 'character 1', 'avg'],
    ['m1 + Cpu', 'character 6', 'Cpu'],
    ['missing + 1', 'the id missing', 'no metric or expression with this id'],
    ['MEDIAN(m1)', 'the function MEDIAN', 'a function that is not known'],
    ['SEARCH("{AWS/EC2} CPU", "Average")', 'the function SEARCH', 'a function that needs the list of all metrics'],
    ['ANOMALY_DETECTION_BAND(m1)', 'the function ANOMALY_DETECTION_BAND', 'a function that needs a model'],
    ['PERIOD(m1 + 1) * m1', 'the function PERIOD', 'a time series'],
    ['FILL(m1, FORWARD)', 'character 10', 'FORWARD'],
    ['FILL(m1, DESC)', 'the function FILL', 'a time series, DESC'],
    ['SORT(METRICS(), STDDEV, ASC)', 'character 17', 'STDDEV'],
    ['SORT(METRICS(), REPEAT, ASC)', 'the function SORT', 'an array of time series, REPEAT, ASC'],
    ['FIRST(m1)', 'the function FIRST', 'a time series'],
    ['IF(1, 2, 3)', 'the function IF', 'a number, a number, a number'],
    ['METRICS() + METRICS()', 'the operator +', 'an array of time series on both sides'],
    ['METRICS() > 1', 'the operator >', 'an array of time series'],
    ['constructor(m1)', 'character 1', 'constructor'],
    ['TOSTRING(m1)', 'the function TOSTRING', 'a function that is not known'],
  ])('%s', (expression, what, got) => {
    const [problem] = problemsOf(() => oneSeries(expression, { m1: [1], m2: [2] }));
    expect(problem.what).toBe(what);
    expect(problem.got).toContain(got);
  });

  test('a circle', () => {
    const queries: MetricQuery[] = [
      { id: 'e1', expression: 'e2 + 1' },
      { id: 'e2', expression: 'e1 + 1' },
    ];
    const [problem] = problemsOf(() => new MetricMathRequest(queries, HOUR, seriesSource({})).evaluate(queries[0]));
    expect(problem.got).toBe('a circle: e1 uses e2 uses e1');
  });

  test('all problems of a request at once', () => {
    const queries = [metric('Cpu'), metric('m1', 90), metric('m1'), { expression: '' }];
    const problems = problemsOf(() => new MetricMathRequest(queries, HOUR, seriesSource({})));
    expect(problems.map(({ what, got }) => `${what}: ${got}`)).toEqual([
      'the id m1: 2 metrics with it',
      'the id Cpu: characters that an id cannot have',
      'expression: 0 characters',
      'period: 90 seconds',
    ]);
  });

  test('more than 500 metrics and expressions', () => {
    const metrics = (count: number) => Array.from({ length: count }, (__, index) => metric(`m${index}`));
    expect(new MetricMathRequest(metrics(500), HOUR, seriesSource({}))).toBeDefined();
    const [problem] = problemsOf(() => new MetricMathRequest(metrics(501), HOUR, seriesSource({})));
    expect(problem.got).toBe('501 metrics and expressions');
  });
});

describe('expressions that use expressions', () => {
  test('have their results, and METRICS() leaves them out', () => {
    const queries: MetricQuery[] = [
      metric('m1'),
      { id: 'e1', expression: 'm1 * 2' },
      { id: 'e2', expression: 'e1 + SUM(METRICS())' },
    ];
    const request = new MetricMathRequest(queries, HOUR, seriesSource({ m1: [1, _, 3] }));
    expect(request.evaluate(queries[2])[0].series.points.slice(0, 3)).toEqual([3, _, 9]);
  });

  test('are each evaluated once, however many use them', () => {
    let fetched = 0;
    const source: MetricSource = { points: (__, ___, { length }) => ((fetched += 1), Array<number>(length).fill(1)) };
    const chain = Array.from({ length: 60 }, (__, index): MetricQuery => {
      const [one, two] = [Math.max(0, index - 1), Math.max(0, index - 2)];
      return { id: `e${index}`, expression: index < 2 ? 'm1' : `e${one} + e${two}` };
    });
    const queries = [metric('m1'), ...chain];
    const [{ series }] = new MetricMathRequest(queries, HOUR, source).evaluate(chain[59]);
    // The sixtieth number of Fibonacci, and one look at the metric.
    expect([series.points[0], fetched]).toEqual([1_548_008_755_920, 1]);
  });
});

describe('periods', () => {
  /** A count of 1 each minute. */
  const minutes = Array.from({ length: 60 }, (__, index) => ({ timestamp: MONDAY + index * 60, value: 1 }));
  const source: MetricSource = { points: (__, stat, grid) => aggregate(minutes, stat, grid) };
  const periodsOf = (queries: MetricQuery[], query: MetricQuery) => {
    const [{ grid, series }] = new MetricMathRequest(queries, HOUR, source).evaluate(query);
    return [grid.period, series.points[0]];
  };

  test('an expression is evaluated over its own period, its metrics aggregated to it', () => {
    const queries: MetricQuery[] = [metric('m1', 60, 'Sum'), { expression: 'm1', period: 600 }];
    expect(periodsOf(queries, queries[1])).toEqual([600, 10]);
    expect(periodsOf(queries, queries[0])).toEqual([60, 1]);
  });

  test('an expression without a period has the longest of its metrics, through expressions and METRICS()', () => {
    const queries: MetricQuery[] = [
      metric('m1', 60, 'Sum'),
      metric('m2', 300, 'Sum'),
      { id: 'e1', expression: 'm1' },
      { id: 'e2', expression: 'm2' },
      { expression: 'e1 + e2' },
      { expression: 'SUM(METRICS())' },
      { expression: 'TIME_SERIES(1)' },
    ];
    expect(queries.slice(2).map((query) => periodsOf(queries, query)[0])).toEqual([60, 300, 300, 300, 300]);
    expect(periodsOf(queries, queries[4])).toEqual([300, 10]);
  });

  test('PERIOD is the period that a metric is evaluated over, so that a rate stays one', () => {
    const queries: MetricQuery[] = [metric('m1', 60, 'Sum'), { expression: 'm1 / PERIOD(m1)', period: 600 }];
    expect(periodsOf(queries, queries[1])).toEqual([600, 1 / 60]);
  });

  test('begin at multiples of their length', () => {
    const range = { start: MONDAY + 130, end: MONDAY + 700 };
    const [{ grid }] = new MetricMathRequest([metric('m1')], range, source).evaluate(metric('m1'));
    expect(grid).toEqual({ start: MONDAY, period: 300, length: 3 });
  });
});

describe('data on longer periods', () => {
  const data = [3, 1, 2].map((value, index) => ({ timestamp: MONDAY + index * 60, value }));
  const grid = { start: MONDAY, period: 300, length: 2 };

  test.each([
    ['Sum', 6],
    ['SampleCount', 6],
    ['Average', 2],
    ['Minimum', 1],
    ['Maximum', 3],
  ])('%s', (stat, expected) => {
    expect(aggregate(data, stat, grid)).toEqual([expected, _]);
  });

  test('over shorter periods has points with gaps between', () => {
    const points = aggregate([{ timestamp: MONDAY + 300, value: 7 }], 'p99', { start: MONDAY, period: 60, length: 8 });
    expect(points).toEqual([_, _, _, _, _, 7, _, _]);
  });

  test('percentiles cannot be merged', () => {
    const source: MetricSource = { points: (__, stat, on) => aggregate(data, stat, on) };
    const query = metric('m1', 300, 'p99');
    const [problem] = problemsOf(() => new MetricMathRequest([query], HOUR, source).evaluate(query));
    expect([problem.what, problem.got]).toEqual(['the statistic p99', 'data of shorter periods than 300 seconds']);
  });

  test('what lies outside the range is left out', () => {
    const outside = [MONDAY - 1, MONDAY + 600].map((timestamp) => ({ timestamp, value: 1 }));
    expect(aggregate(outside, 'Sum', grid)).toEqual([_, _]);
  });
});

test('any text is read or refused, and never breaks the evaluator', () => {
  const words = [
    'm1',
    'm2',
    '(',
    ')',
    '[',
    ']',
    ',',
    '+',
    '-',
    '^',
    '/',
    '<',
    'AND',
    'SUM',
    'IF',
    'FILL',
    'SORT',
    '"a"',
  ];
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...words, 'REPEAT', 'METRICS()', '2'), { maxLength: 12 }), (parts) => {
      try {
        evaluateOver(parts.join(' '), { m1: [1, _], m2: [_, 2] });
      } catch (error) {
        expect((error as Error).name).toBe('FleetConfigError');
      }
    }),
    { numRuns: 2000 },
  );
});

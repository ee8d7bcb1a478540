import { describe, expect, test } from 'vitest';
import { problemsOf } from '../../support/config-error';
import { _, evaluateOver, MONDAY, oneSeries, SeriesById } from '../../support/series-source';

/*
 * Examples of https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html. Where the page gives
 * values, they are those of the page. Where it gives an expression and says in words what it makes, the series are ours
 * and the expected values worked out by hand from the words.
 */

describe('comparison and logical operators, the table of the page', () => {
  const series = { metric1: [30, 20, 0, 0], metric2: [20, _, 20, _] };

  test.each([
    ['(metric1 < metric2)', [0, 0, 1, 0]],
    ['(metric1 >= 30)', [1, 0, 0, 0]],
    ['(metric1 > 15 AND metric2 > 15)', [1, 0, 0, 0]],
    ['(metric1 > 15 && metric2 > 15)', [1, 0, 0, 0]],
    ['metric1 > 25 OR metric2 > 15', [1, 0, 1, 0]],
    ['metric1 > 25 || metric2 > 15', [1, 0, 1, 0]],
    ['metric1 == metric2', [0, 0, 0, 1]],
    ['metric1 != metric2', [1, 1, 1, 0]],
    ['metric1 <= metric2', [0, 0, 1, 1]],
  ])('%s', (expression, expected) => {
    expect(oneSeries(expression, series)).toEqual(expected);
  });
});

describe('IF, the tables of the page', () => {
  const series = { metric1: [1, 1, 0, 0, _], metric2: [30, _, 0, 0, 30], metric3: [0, 0, 20, _, 20] };

  test.each([
    ['IF(metric1, metric2, metric3)', [30, 0, 20, _, _]],
    ['IF(metric1, 5, metric3)', [5, 5, 20, _, _]],
    ['IF(metric1, metric2, 5)', [30, 0, 5, 5, _]],
    // "If metric3 is omitted from the expression", the point is dropped.
    ['IF(metric1, metric2)', [30, 0, _, _, _]],
    ['IF(1, metric2, metric3)', [30, _, 0, 0, 30]],
    ['IF(0, metric2, metric3)', [0, 0, 20, _, 20]],
    ['IF(0, metric2)', [_, _, _, _, _]],
  ])('%s', (expression, expected) => {
    expect(oneSeries(expression, series)).toEqual(expected);
  });

  test.each([
    ['IF(metric1<400, metric1)', [399, _, -1]],
    ['IF(metric1<400, 10, 2)', [10, 2, 10]],
    ['IF(metric1>threshold, 1, 0)', [1, 0, 0]],
  ])('the use case %s', (expression, expected) => {
    expect(oneSeries(expression, { metric1: [399, 400, -1], threshold: [300, 400, 0] })).toEqual(expected);
  });
});

describe('arithmetic', () => {
  const series = { m1: [10, 20, _, 6], m2: [5, 0, 2, _], m3: [2, 2, 2, 2] };

  test.each<[string, (number | undefined)[]]>([
    ['5 * m1', [50, 100, _, 30]],
    // "Missing values in a time series are treated as 0."
    ['m1 - m2', [5, 20, -2, 6]],
    // "If the value of a data point causes a function to attempt to divide by zero, the data point is dropped."
    ['m1 / m2', [2, _, 0, _]],
    ['PERIOD(m1)/60 * m3', [10, 10, 10, 10]],
    ['-5*m1', [-50, -100, _, -30]],
    ['-m1', [-10, -20, _, -6]],
    ['SUM(-[m1, m2])', [-15, -20, -2, -6]],
    ['SUM(100/[m1, m2])', [30, 5, 50, 100 / 6]],
    // "Missing values are treated as 0", also in the average across metrics.
    ['AVG([m1,m2]/m3)', [3.75, 5, 0.5, 1.5]],
    ['m1 ^ 2', [100, 400, _, 36]],
  ])('%s', (expression, expected) => {
    expect(oneSeries(expression, series)).toEqual(expected);
  });

  test('METRICS()*100 and METRICS()/100 make an array', () => {
    expect(evaluateOver('METRICS()*100', { m1: [1], m2: [2] })).toEqual([[100], [200]]);
    expect(evaluateOver('METRICS()/100', { m1: [1], m2: [2] })).toEqual([[0.01], [0.02]]);
  });
});

describe('METRICS and statistics', () => {
  const series: SeriesById = {
    errors4xx: [1, 2, _],
    errors5xx: [3, _, _],
    requests: [10, 20, 40],
  };

  test.each<[string, (number | undefined)[]]>([
    ['SUM(METRICS())', [14, 22, 40]],
    ['SUM(METRICS("errors"))', [4, 2, _]],
    ['SUM([METRICS("4xx"), METRICS("5xx")])', [4, 2, _]],
    ['SUM(METRICS("errors"))/SUM(METRICS("requests"))*100', [40, 10, 0]],
    ['SUM(METRICS())/SUM(requests)', [14 / 70, 22 / 70, 40 / 70]],
    ['AVG(METRICS())', [14 / 3, 22 / 3, 40 / 3]],
    ['MAX(METRICS())', [10, 20, 40]],
    ['MIN(METRICS())', [1, 2, 40]],
    ['MAX(requests)/requests', [4, 2, 1]],
    ['requests-MIN(requests)', [0, 10, 30]],
    ['requests-AVG(requests)', [10 - 70 / 3, 20 - 70 / 3, 40 - 70 / 3]],
    ['SUM([errors4xx,requests])/AVG(requests)', [11 / (70 / 3), 22 / (70 / 3), 40 / (70 / 3)]],
    ['requests/METRIC_COUNT(METRICS())', [10 / 3, 20 / 3, 40 / 3]],
    ['TIME_SERIES(SUM(errors4xx) / DATAPOINT_COUNT(errors4xx))', [1.5, 1.5, 1.5]],
    ['DATAPOINT_COUNT(METRICS())', [3, 2, 1]],
    ['TIME_SERIES(MAX(requests))', [40, 40, 40]],
    ['TIME_SERIES(5*AVG(requests))', [350 / 3, 350 / 3, 350 / 3]],
    ['TIME_SERIES(10)', [10, 10, 10]],
    ['TIME_SERIES(AVG(errors4xx))', [1, 1, 1]],
  ])('%s', (expression, expected) => {
    const values = oneSeries(expression, series);
    expect(values.map((value) => value?.toFixed(9))).toEqual(expected.map((value) => value?.toFixed(9)));
  });

  test('STDDEV of one series and of an array', () => {
    // 2, 4, 4, 4, 5, 5, 7, 9: mean 5, population standard deviation 2.
    expect(oneSeries('m1/STDDEV(m1)', { m1: [2, 4, 4, 4, 5, 5, 7, 9] })).toEqual([1, 2, 2, 2, 2.5, 2.5, 3.5, 4.5]);
    expect(oneSeries('STDDEV(METRICS())', { m1: [1, _], m2: [5, 3] })).toEqual([2, 0]);
  });

  test('"taking the AVG of a single time series produces a scalar number, so it can\'t be the final result"', () => {
    const [problem] = problemsOf(() => oneSeries('AVG(m1)', { m1: [1] }));
    expect([problem.what, problem.got]).toEqual(['the result', 'a number']);
  });
});

describe('functions of each point', () => {
  test.each<[string, SeriesById, (number | undefined)[]]>([
    ['ABS(m1-m2)', { m1: [1, 5, _], m2: [4, 2, 3] }, [3, 3, 3]],
    ['MIN(ABS([m1, m2]))', { m1: [-1, 5], m2: [4, -2] }, [1, 2]],
    ['CEIL(m1)', { m1: [1.2, -1.2, _, 3] }, [2, -1, _, 3]],
    ['FLOOR(m1)', { m1: [1.2, -1.2, _, 3] }, [1, -2, _, 3]],
    ['SUM(CEIL(METRICS()))', { m1: [1.2], m2: [2.5] }, [5]],
    ['LOG(m1)', { m1: [1, Math.E, _, 0] }, [0, 1, _, _]],
    ['LOG10(m1)', { m1: [1, 1000, -1] }, [0, 3, _]],
    ['DIFF(m1)', { m1: [1, 4, _, 10] }, [_, 3, _, 6]],
    ['DIFF_TIME(m1)', { m1: [1, 4, _, 10] }, [_, 300, _, 600]],
    ['RATE(m1)', { m1: [0, 300, _, 1500] }, [_, 1, _, 2]],
    ['SUM(RUNNING_SUM([m1,m2]))', { m1: [1, 2, _, 4], m2: [10, _, _, 10] }, [11, 3, _, 27]],
    ['m1/PERIOD(m1)', { m1: [300, 600] }, [1, 2]],
  ])('%s', (expression, series, expected) => {
    // Ceiling makes a negative zero of nothing here, but -1.2 rounds to -1 and 0 is 0.
    expect(oneSeries(expression, series).map((value) => (value === undefined ? value : value + 0))).toEqual(expected);
  });

  test('ABS, LOG and RATE of METRICS() make an array', () => {
    expect(evaluateOver('ABS(METRICS())', { m1: [-1], m2: [2] })).toEqual([[1], [2]]);
    expect(evaluateOver('LOG(METRICS())', { m1: [1], m2: [1] })).toEqual([[0], [0]]);
    expect(evaluateOver('RATE(METRICS())', { m1: [0, 3], m2: [3, 0] })).toEqual([
      [_, 0.01],
      [_, -0.01],
    ]);
    expect(evaluateOver('DIFF_TIME(METRICS())', { m1: [0, 3], m2: [3, _] })).toEqual([
      [_, 300],
      [_, _],
    ]);
  });
});

describe('FILL', () => {
  test.each<[string, (number | undefined)[]]>([
    ['FILL(m1,10)', [10, 2, 10, 10, 8, 10]],
    ['FILL(m1, MIN(m1))', [2, 2, 2, 2, 8, 2]],
    // "The most recent actual value of the metric before the missing value."
    ['FILL(m1, REPEAT)', [_, 2, 2, 2, 8, 8]],
    // "A linear interpolation between the values at the beginning and the end of the gap."
    ['FILL(m1, LINEAR)', [_, 2, 4, 6, 8, _]],
    ['FILL(m1, m2)', [1, 2, 3, _, 8, 6]],
  ])('%s', (expression, expected) => {
    expect(oneSeries(expression, { m1: [_, 2, _, _, 8, _], m2: [1, 2, 3, _, 5, 6] })).toEqual(expected);
  });

  test.each<[string, (number | undefined)[][]]>([
    [
      'FILL(METRICS(), 0)',
      [
        [1, 0, 3],
        [0, 5, 0],
      ],
    ],
    [
      'FILL(METRICS(), m1)',
      [
        [1, _, 3],
        [1, 5, 3],
      ],
    ],
    [
      'FILL(METRICS(), LINEAR)',
      [
        [1, 2, 3],
        [_, 5, _],
      ],
    ],
    [
      'FILL(METRICS(), REPEAT)',
      [
        [1, 1, 3],
        [_, 5, 5],
      ],
    ],
  ])('%s', (expression, expected) => {
    expect(evaluateOver(expression, { m1: [1, _, 3], m2: [_, 5, _] })).toEqual(expected);
  });

  test('of a metric without any data: a number fills it, REPEAT and LINEAR have nothing to fill it with', () => {
    expect(oneSeries('FILL(m1, 0)', { m1: [_, _] })).toEqual([0, 0]);
    expect(oneSeries('FILL(m1, REPEAT)', { m1: [_, _] })).toEqual([_, _]);
    expect(oneSeries('FILL(m1, LINEAR)', { m1: [_, _] })).toEqual([_, _]);
  });
});

describe('arrays', () => {
  // Averages 2, 6, 4; sums 4, 12, 8; greatest 3, 7, 8; least 1, 5, 0.
  const series = { m1: [1, 3], m2: [5, 7], m3: [8, 0] };

  test.each<[string, (number | undefined)[][]]>([
    ['SORT(METRICS(), AVG, DESC, 10)', [series.m2, series.m3, series.m1]],
    ['SORT(METRICS(), AVG, DESC, 2)', [series.m2, series.m3]],
    ['SORT(METRICS(), MAX, ASC)', [series.m1, series.m2, series.m3]],
    ['SORT(METRICS(), MIN, ASC)', [series.m3, series.m1, series.m2]],
    ['SLICE(SORT(METRICS(), SUM, DESC), 0, 2)', [series.m2, series.m3]],
    ['SLICE(SORT(METRICS(), AVG, ASC), 1)', [series.m3, series.m2]],
    ['FIRST(SORT(METRICS(), AVG, DESC))', [series.m2]],
    ['LAST(METRICS())', [series.m3]],
    ['IF(FIRST(SORT(METRICS(), AVG, DESC))>5, 1, 0)', [[0, 1]]],
  ])('%s', (expression, expected) => {
    expect(evaluateOver(expression, series)).toEqual(expected);
  });

  test('REMOVE_EMPTY(METRICS())', () => {
    expect(evaluateOver('REMOVE_EMPTY(METRICS())', { m1: [_, _], m2: [_, 1] })).toEqual([[_, 1]]);
  });
});

describe('functions of time, in UTC', () => {
  const HOUR = 3600;
  // Wednesday, 1 April 2026, 23:00.
  const start = Date.UTC(2026, 3, 1, 23) / 1000;

  test.each<[string, number[]]>([
    ['MINUTE(m1)', [0, 0, 0]],
    ['HOUR(m1)', [23, 0, 1]],
    ['DAY(m1)', [3, 4, 4]],
    ['DATE(m1)', [1, 2, 2]],
    ['MONTH(m1)', [4, 4, 4]],
    ['YEAR(m1)', [2026, 2026, 2026]],
    ['EPOCH(m1)', [start, start + HOUR, start + 2 * HOUR]],
  ])('%s is not sparse', (expression, expected) => {
    expect(oneSeries(expression, { m1: [5, _, _] }, { start, period: HOUR })).toEqual(expected);
  });

  test('IF(DAY(m1)<6,m1) "returns metrics only from weekdays, Monday to Friday"', () => {
    const values = [1, 2, 3, 4, 5, 6, 7];
    expect(oneSeries('IF(DAY(m1)<6,m1)', { m1: values }, { start: MONDAY, period: 86_400 })).toEqual([
      ...[1, 2, 3, 4, 5],
      ...[_, _],
    ]);
  });

  test('IF(MONTH(m1) == 4,m1) "returns only metrics published in April"', () => {
    const eve = Date.UTC(2026, 2, 31) / 1000;
    expect(oneSeries('IF(MONTH(m1) == 4,m1)', { m1: [1, 2] }, { start: eve, period: 86_400 })).toEqual([_, 2]);
  });

  test('office hours, as in the blog post that introduced these functions', () => {
    // https://aws.amazon.com/blogs/mt/enhance-cloudwatch-metrics-with-metric-math-functions/
    const friday8 = Date.UTC(2026, 10, 6, 8) / 1000;
    const expression = 'IF((DAY(m1)<6 AND (HOUR(m1)>=9 AND HOUR(m1)<17)),m1)';
    const hours = oneSeries(expression, { m1: Array(24).fill(1) as number[] }, { start: friday8, period: HOUR });
    expect(hours).toEqual([_, ...(Array(8).fill(1) as number[]), ...(Array(15).fill(_) as undefined[])]);
  });
});

import { Problem } from '../../../validation';
import { isExpression, MetricQuery } from './metric-query';

/** "A single GetMetricData call can include as many as 500 MetricDataQuery structures", and a graph as many metrics. */
const MAX_QUERIES = 500;
/** GetMetricData, MetricDataQuery: the greatest length of Expression and of Id, in characters. */
const MAX_EXPRESSION = 2048;
const MAX_ID = 255;
const ID = /^[a-z][a-zA-Z0-9_]*$/;

/** What is wrong with the ids, the lengths and the number of queries. */
export function queryProblems(queries: readonly MetricQuery[]): Problem[] {
  const ids = queries.flatMap(({ id }) => id ?? []);
  const repeated = new Set(ids.filter((id, index) => ids.indexOf(id) !== index));
  return [
    ...(queries.length > MAX_QUERIES ? [tooMany(queries.length)] : []),
    ...[...repeated].map((id) => ({
      what: `the id ${id}`,
      got: `${ids.filter((each) => each === id).length} metrics with it`,
      allowed: 'one',
      fix: 'give each its own',
    })),
    ...[...new Set(ids)].filter((id) => !ID.test(id) || id.length > MAX_ID).map(badId),
    ...queries.flatMap((query) => (isExpression(query) ? expressionProblems(query.expression) : [])),
    ...queries.flatMap(({ period }) => (period === undefined || isPeriod(period) ? [] : [badPeriod(period)])),
  ];
}

function expressionProblems(expression: string): Problem[] {
  return expression.length >= 1 && expression.length <= MAX_EXPRESSION
    ? []
    : [
        {
          what: 'expression',
          got: `${expression.length} characters`,
          allowed: `1 to ${MAX_EXPRESSION}`,
          fix: expression.length === 0 ? 'write one' : 'split it: an expression can use the id of another',
        },
      ];
}

/** Seconds: 1, 5, 10, 20, 30, or a multiple of 60 up to a day. */
function isPeriod(period: number): boolean {
  return [1, 5, 10, 20, 30].includes(period) || (period % 60 === 0 && period > 0);
}

function badPeriod(period: number): Problem {
  return {
    what: 'period',
    got: `${period} seconds`,
    allowed: '1, 5, 10, 20, 30 or a multiple of 60',
    fix: 'change it',
  };
}

function badId(id: string): Problem {
  return {
    what: `the id ${id}`,
    got: id.length > MAX_ID ? `${id.length} characters` : 'characters that an id cannot have',
    allowed: `a small letter, then letters, digits and underscores, at most ${MAX_ID} in all`,
    fix: 'rename it',
  };
}

function tooMany(count: number): Problem {
  return {
    what: 'metrics',
    got: `${count} metrics and expressions`,
    allowed: `at most ${MAX_QUERIES}`,
    fix: 'split them',
  };
}

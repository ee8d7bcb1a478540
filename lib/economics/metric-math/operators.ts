import { MetricMathProblem } from './metric-math-problem';
import { Operator } from './syntax/expression';
import { derived, eachSeries, mapPoints, scalar, Series, storable, Value } from './value';

type Operation = (left: number, right: number) => number;

const OPERATIONS: Readonly<Record<Operator, Operation>> = {
  '+': (left, right) => left + right,
  '-': (left, right) => left - right,
  '*': (left, right) => left * right,
  '/': (left, right) => left / right,
  '^': (left, right) => left ** right,
  '==': (left, right) => Number(left === right),
  '!=': (left, right) => Number(left !== right),
  '<=': (left, right) => Number(left <= right),
  '>=': (left, right) => Number(left >= right),
  '<': (left, right) => Number(left < right),
  '>': (left, right) => Number(left > right),
  AND: (left, right) => Number(left !== 0 && right !== 0),
  OR: (left, right) => Number(left !== 0 || right !== 0),
};
const ARITHMETIC: readonly Operator[] = ['+', '-', '*', '/', '^'];

/**
 * Applies an operator. "Missing values in a time series are treated as 0. If the value of a data point causes a function
 * to attempt to divide by zero, the data point is dropped." (CloudWatch user guide, "Metric math syntax and functions".)
 * Where no operand has a point, the result has none: the guide does not say so, but its examples show it.
 */
export function operate(operator: Operator, left: Value, right: Value): Value {
  const operation = OPERATIONS[operator];
  if (left.type === 'array' || right.type === 'array') {
    return operateOnArray(operator, left, right);
  }
  if (left.type === 'scalar' && right.type === 'scalar') {
    return scalar(onNumbers(operation, left.value, right.value));
  }
  if (left.type === 'scalar') {
    return mapPoints(right as Series, (value) => onNumbers(operation, left.value, value));
  }
  if (right.type === 'scalar') {
    return mapPoints(left, (value) => onNumbers(operation, value, right.value));
  }
  return derived(
    left,
    left.points.map((value, index) => {
      const other = right.points[index];
      return value === undefined && other === undefined ? undefined : storable(operation(value ?? 0, other ?? 0));
    }),
  );
}

/** Changes the sign. */
export function negate(value: Value): Value {
  return value.type === 'scalar'
    ? scalar(value.value === undefined ? undefined : -value.value)
    : eachSeries(value, (series) => mapPoints(series, (point) => -point));
}

function operateOnArray(operator: Operator, left: Value, right: Value): Value {
  if (left.type === 'array' && right.type === 'array') {
    throw refused(
      operator,
      'an array of time series on both sides',
      'an array and a number, or an array and one series',
    );
  }
  if (!ARITHMETIC.includes(operator)) {
    throw refused(operator, 'an array of time series', 'time series and numbers');
  }
  return left.type === 'array'
    ? eachSeries(left, (series) => operate(operator, series, right) as Series)
    : eachSeries(right as Exclude<Value, { type: 'scalar' }>, (series) => ({
        ...(operate(operator, left, series) as Series),
        label: series.label,
      }));
}

function onNumbers(operation: Operation, left: number | undefined, right: number | undefined): number | undefined {
  return left === undefined || right === undefined ? undefined : operation(left, right);
}

function refused(operator: Operator, got: string, allowed: string): MetricMathProblem {
  return new MetricMathProblem({
    what: `the operator ${operator}`,
    got,
    allowed,
    fix: 'make one series of the array first, for example by SUM or FIRST',
  });
}

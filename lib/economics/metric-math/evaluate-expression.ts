import { functionNamed } from './functions/function-table';
import { callFunction, FunctionContext, isSeriesLike } from './functions/metric-math-function';
import { MetricMathProblem } from './metric-math-problem';
import { negate, operate } from './operators';
import { Expression } from './syntax/expression';
import { Argument, scalar, Series, SeriesArray, Value } from './value';

/** Where an expression is evaluated: at which points in time, and what its ids stand for. */
export interface EvaluationScope extends FunctionContext {
  /** The metric or the expression with an id, or nothing when the request has none. */
  lookUp(id: string): Value | undefined;
}

/**
 * Evaluates an expression to the time series, or the array of them, that it stands for.
 *
 * @throws MetricMathProblem when it makes no time series, or uses what it cannot
 */
export function evaluateExpression(expression: Expression, scope: EvaluationScope): Series | SeriesArray {
  const value = evaluate(expression, scope);
  if (!isSeriesLike(value)) {
    // "The final result of any math expression must be a single time series or an array of time series."
    throw new MetricMathProblem({
      what: 'the result',
      got: value.type === 'scalar' ? 'a number' : 'a text or a keyword',
      allowed: 'a time series or an array of time series',
      fix: 'use it in an expression that makes a series, for example TIME_SERIES(...)',
    });
  }
  return value;
}

/** The series of a result, in their order. */
export function seriesOf(value: Series | SeriesArray): readonly Series[] {
  return value.type === 'series' ? [value] : value.series;
}

function evaluate(expression: Expression, scope: EvaluationScope): Argument {
  switch (expression.type) {
    case 'number':
      return scalar(expression.value);
    case 'text':
    case 'keyword':
      return expression;
    case 'reference':
      return lookUp(expression.id, scope);
    case 'array':
      return { type: 'array', series: expression.items.flatMap((item) => seriesOf(evaluateExpression(item, scope))) };
    case 'negation':
      return negate(operand('-', expression.operand, scope));
    case 'operation': {
      const { operator, left, right } = expression;
      return operate(operator, operand(operator, left, scope), operand(operator, right, scope));
    }
    case 'call': {
      const called = functionNamed(expression.name);
      const args = expression.args.map((each) => evaluate(each, scope));
      return callFunction(expression.name, called, args, scope);
    }
  }
}

function operand(operator: string, expression: Expression, scope: EvaluationScope): Value {
  const value = evaluate(expression, scope);
  if (value.type === 'text' || value.type === 'keyword') {
    throw new MetricMathProblem({
      what: `the operator ${operator}`,
      got: value.type === 'text' ? `"${value.text}"` : value.name,
      allowed: 'numbers and time series',
      fix: 'remove it',
    });
  }
  return value;
}

function lookUp(id: string, scope: EvaluationScope): Value {
  const value = scope.lookUp(id);
  if (value === undefined) {
    throw new MetricMathProblem({
      what: `the id ${id}`,
      got: 'no metric or expression with this id',
      allowed: 'ids of the same graph or request',
      fix: 'give a metric this id, or mend the expression',
    });
  }
  return value;
}

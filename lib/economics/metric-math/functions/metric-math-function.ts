import { MetricMathProblem } from '../metric-math-problem';
import { TimeGrid } from '../time-grid';
import { Argument, Scalar, Series, SeriesArray, Value } from '../value';

/** What a function may know beside its arguments. */
export interface FunctionContext {
  readonly grid: TimeGrid;
  /** All metrics of the request, without expressions. */
  metrics(): readonly { readonly id?: string; readonly series: Series }[];
}

/** A function of metric math. */
export interface MetricMathFunction {
  /** How it is called, for messages. */
  readonly usage: string;
  /** Returns nothing when it does not take such arguments. */
  readonly apply: (args: readonly Argument[], context: FunctionContext) => Value | undefined;
}

/** Calls a function, or says how it is to be called. */
export function callFunction(
  name: string,
  { usage, apply }: MetricMathFunction,
  args: readonly Argument[],
  context: FunctionContext,
): Value {
  const value = apply(args, context);
  if (value === undefined) {
    throw new MetricMathProblem({
      what: `the function ${name}`,
      got: args.length === 0 ? 'no argument' : args.map(describe).join(', '),
      allowed: usage,
      fix: 'change the arguments',
    });
  }
  return value;
}

export function isSeriesLike(value: Argument | undefined): value is Series | SeriesArray {
  return value?.type === 'series' || value?.type === 'array';
}

export function isScalar(value: Argument | undefined): value is Scalar {
  return value?.type === 'scalar';
}

function describe(argument: Argument): string {
  switch (argument.type) {
    case 'scalar':
      return 'a number';
    case 'series':
      return 'a time series';
    case 'array':
      return 'an array of time series';
    case 'text':
      return `"${argument.text}"`;
    case 'keyword':
      return argument.name;
  }
}

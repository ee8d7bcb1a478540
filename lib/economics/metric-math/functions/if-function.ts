import { Argument, derived, Scalar, Series, Value } from '../value';
import { MetricMathFunction } from './metric-math-function';

type Branch = Scalar | Series;

/** `IF`, in the forms that the guide lists; each makes one time series. */
export const IF: MetricMathFunction = {
  usage: 'IF(condition, value if true, value if false), of time series and numbers, at least one a time series',
  apply: ([condition, whenTrue, whenFalse, ...rest]) => {
    const branches = [condition, whenTrue, ...(whenFalse === undefined ? [] : [whenFalse])];
    if (rest.length > 0 || !branches.every(isBranch) || branches.every(({ type }) => type === 'scalar')) {
      return undefined;
    }
    const [test, yes, no] = branches;
    return test.type === 'scalar' ? chooseBranch(test, [yes, no]) : choosePoints(test, yes, no);
  },
};

/** The branch as a whole. A branch that is left out is an empty series. */
function chooseBranch({ value }: Scalar, [yes, no]: [Branch, Branch | undefined]): Value {
  const shape = [yes, no].find((branch) => branch?.type === 'series') as Series;
  const chosen = value === undefined ? undefined : value !== 0 ? yes : no;
  return derived(
    shape,
    shape.points.map((_, index) => pointOf(chosen, index)),
  );
}

/**
 * At each point of the condition: the value if true, and 0 where that has no point; the value if false, and no point
 * where that has none. Where the condition has no point there is none.
 */
function choosePoints(test: Series, yes: Branch, no: Branch | undefined): Value {
  return derived(
    yes.type === 'series' ? yes : test,
    test.points.map((value, index) => {
      if (value === undefined) {
        return undefined;
      }
      return value !== 0 ? (pointOf(yes, index) ?? (yes.type === 'series' ? 0 : undefined)) : pointOf(no, index);
    }),
  );
}

function pointOf(branch: Branch | undefined, index: number): number | undefined {
  return branch?.type === 'series' ? branch.points[index] : branch?.value;
}

function isBranch(argument: Argument | undefined): argument is Branch {
  return argument?.type === 'scalar' || argument?.type === 'series';
}

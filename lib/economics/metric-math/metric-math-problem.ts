import { FleetConfigError, Problem } from '../../validation';

/** What is wrong with one expression; the evaluator adds which expression it is. */
export class MetricMathProblem extends Error {
  public constructor(public readonly problem: Problem) {
    super(problem.got);
  }
}

/** Runs a step on an expression, so that a problem becomes the error that names the expression. */
export function inExpression<T>(expression: string, step: () => T): T {
  try {
    return step();
  } catch (error) {
    if (error instanceof MetricMathProblem) {
      throw new FleetConfigError(`metric math ${expression}`, [error.problem]);
    }
    throw error;
  }
}

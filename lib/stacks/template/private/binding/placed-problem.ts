import { Problem } from '../../../../validation';

/** The way to a value in the data: keys of objects and indices of lists. */
export type DataPath = readonly (string | number)[];

/** A problem, and the place in the data that it is about. */
export interface PlacedProblem {
  readonly path: DataPath;
  readonly problem: Problem;
}

/** Everything that is wrong with the data, each problem with its place. */
export class BindingError extends Error {
  public readonly problems: readonly PlacedProblem[];

  public constructor(problems: readonly PlacedProblem[]) {
    super(
      problems.map(({ path, problem }) => `${path.join('.')}: ${problem.got}, allowed ${problem.allowed}`).join('\n'),
    );
    this.name = 'BindingError';
    this.problems = problems;
  }
}

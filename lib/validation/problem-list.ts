import { Problem } from './problem';
import { throwIfAny } from './throw-if-any';

/**
 * Collects the problems of one input and throws them together.
 *
 * @internal
 */
export class ProblemList {
  private readonly problems: Problem[] = [];

  /** Notes a problem. */
  public add(problem: Problem): void {
    this.problems.push(problem);
  }

  /** Notes several problems. */
  public addAll(problems: readonly Problem[]): void {
    this.problems.push(...problems);
  }

  /**
   * Ends the collection.
   *
   * @throws FleetConfigError with all problems, when there is any.
   */
  public throwIfAny(where: string): void {
    throwIfAny(where, this.problems);
  }
}

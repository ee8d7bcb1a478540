import { FleetConfigError } from './fleet-config-error';
import { Problem } from './problem';

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

  public get isEmpty(): boolean {
    return this.problems.length === 0;
  }

  /**
   * Ends the collection.
   *
   * @throws FleetConfigError with all problems, when there is any.
   */
  public throwIfAny(where: string): void {
    if (!this.isEmpty) {
      throw new FleetConfigError(where, this.problems);
    }
  }
}

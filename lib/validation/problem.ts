/**
 * One thing that is wrong with an input: what it is, what was got, what would be allowed, and how to fix it.
 */
export interface Problem {
  /** The input that is wrong, in the words of the property, for example `capacity.instanceTypes`. */
  readonly what: string;
  /** The value that was got, as the user wrote it, with what was found out about it. */
  readonly got: string;
  /** The values that are allowed. */
  readonly allowed: string;
  /** What to change. */
  readonly fix: string;
}

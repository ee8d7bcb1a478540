/** How a command ends; the same for every command, so that CI can tell a "no" from a mistake in its input. */
export enum ExitCode {
  /** Done, and every gate said yes. */
  DONE = 0,
  /** It failed, or a gate said no. */
  FAILED = 1,
  /** The input was wrong. Nothing was written. */
  WRONG_INPUT = 2,
}

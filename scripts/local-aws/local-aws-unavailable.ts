/**
 * The local AWS cannot be had on this machine, through no fault of the project: an interpreter, a package or the
 * package registry is missing. Whoever catches it may go on without the emulator; any other error is a failure.
 */
export class LocalAwsUnavailable extends Error {
  /**
   * @param reason what was looked for and what was found
   * @param remedy what to install or to do
   */
  public constructor(
    public readonly reason: string,
    public readonly remedy: string,
  ) {
    super(`the local AWS is not available: ${reason}: ${remedy}`);
    this.name = 'LocalAwsUnavailable';
  }
}

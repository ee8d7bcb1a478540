/** What of a JSON schema cannot be followed, with where it stands. */
export class SchemaError extends Error {
  public constructor(public readonly problems: readonly string[]) {
    super(problems.join('; '));
    this.name = 'SchemaError';
  }
}

/** Problems that are told at once; further ones would not help. */
const TOLD = 10;

/** Collects what is wrong, so that all of it is told at once. */
export class SchemaProblems {
  private readonly found: string[] = [];

  public add(path: string, message: string): void {
    if (this.found.length < TOLD) {
      this.found.push(`${path} ${message}`);
    }
  }

  /** @throws SchemaError when there are any */
  public throwAll(): void {
    if (this.found.length > 0) {
      throw new SchemaError(this.found);
    }
  }
}

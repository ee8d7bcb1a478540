import { Problem } from './problem';

/** jsii refuses a public class right below `Error`, which TypeScript declares as a variable; a class between them passes. */
class ConfigError extends Error {}

/**
 * The one error that this library throws for bad input. It carries every problem of the input at once,
 * so that nobody has to mend a configuration one run at a time.
 *
 * @internal not part of the jsii API, because jsii cannot describe a subclass of `Error`; in other languages the same
 * message arrives in that language's own jsii error.
 */
export class FleetConfigError extends ConfigError {
  /** Where the input was given: a construct path such as `Prod/Chat/Fleet`, or a file. */
  public readonly where: string;
  /** All problems, in the order in which they were found. */
  public readonly problems: readonly Problem[];

  public constructor(where: string, problems: readonly Problem[], message = formatMessage(where, problems)) {
    super(message);
    this.name = 'FleetConfigError';
    this.where = where;
    this.problems = problems;
  }
}

function formatMessage(where: string, problems: readonly Problem[]): string {
  const lines = problems.map(({ what, got, allowed, fix }) => `${what}: got ${got}, allowed ${allowed}: ${fix}`);
  if (lines.length === 1) {
    return `[${where}] ${lines[0]}`;
  }
  return [`[${where}] ${lines.length} problems:`, ...lines.map((line, index) => `  ${index + 1}. ${line}`)].join('\n');
}

import { ConfigurationError } from './read-configuration';

/** What is wrong with what somebody configured. */
export interface ConfigurationProblem {
  readonly what: string;
  readonly got: string;
  readonly allowed: string;
  readonly fix: string;
}

/** Says a problem in the same words as the constructs do. */
export function configurationProblem({ what, got, allowed, fix }: ConfigurationProblem): ConfigurationError {
  return new ConfigurationError(`${what}: got ${got}, allowed ${allowed}; ${fix}`);
}

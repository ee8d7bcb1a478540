import { Problem } from '../../validation/problem';

/** Names that are no names of packages. */
export function packageProblems(what: string, packages: readonly string[]): Problem[] {
  return packages
    .filter((name) => !/^[A-Za-z0-9][\w.+-]*$/.test(name))
    .map((name) => ({
      what,
      got: JSON.stringify(name),
      allowed: 'names of packages such as cmake',
      fix: 'give the name as dnf install takes it',
    }));
}

import { Check, CheckState } from './check';

const SIGNS: Readonly<Record<CheckState, string>> = {
  ok: 'ok',
  warning: 'warning',
  problem: 'PROBLEM',
  skipped: 'skipped',
};

/** The checks for people, each with what to do about it. */
export function formatChecks(checks: readonly Check[]): string {
  return checks
    .flatMap(({ id, state, found, fix }) => [
      `${SIGNS[state].padEnd(9)}${id}: ${found}`,
      ...(fix === undefined ? [] : [`${' '.repeat(9)}${fix}`]),
    ])
    .join('\n');
}

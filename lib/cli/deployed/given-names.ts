import { UsageError } from '../usage-error';

/**
 * Names of resources as a user gives them, by stack and logical id.
 *
 * @throws UsageError with every one that is none
 */
export function givenNames(texts: readonly string[]): ReadonlyMap<string, string> {
  const parsed = texts.map((text) => ({ text, found: /^([\w-]+\/\w+)=(\S+)$/.exec(text) }));
  const wrong = parsed.filter(({ found }) => !found);
  if (wrong.length > 0) {
    throw new UsageError(
      wrong
        .map(
          ({ text }) => `--name: got ${text}, allowed <stack>/<logical id>=<name>, such as Chat/FleetGroupASG=chat-1`,
        )
        .join('\n'),
    );
  }
  return new Map(parsed.flatMap(({ found }) => (found ? [[found[1], found[2]] as const] : [])));
}

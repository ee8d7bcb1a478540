import { Problem } from '../../../../validation';
import { LocatedValue } from '../document/located-value';

/** Keys below which secrets may stand, whatever the advice: values of variables, and arguments of commands. */
const SECRET_KEY = /environment|command/i;

/** Shorter texts are parts of other words, and no secrets. */
const SHORTEST_SECRET = 4;

/**
 * A problem without the free texts of the file. Constructs quote what they got, for whoever writes TypeScript; a message
 * about a file may land in the log of a build, and says where the text stands anyhow.
 */
export function withoutSecrets({ what, got, allowed, fix }: Problem, value: LocatedValue): Problem {
  const texts = textsOf(value, false);
  const clean = (message: string): string => texts.reduce(withoutText, message);
  return { what, got: clean(got), allowed: clean(allowed), fix: clean(fix) };
}

interface Text {
  readonly text: string;
  readonly isSecret: boolean;
}

function withoutText(message: string, { text, isSecret }: Text): string {
  const unquoted = message.split(JSON.stringify(text)).join('text');
  return isSecret && text.length >= SHORTEST_SECRET ? unquoted.split(text).join('...') : unquoted;
}

function textsOf(value: LocatedValue, isSecret: boolean): Text[] {
  if (value.kind === 'scalar') {
    return typeof value.value === 'string' && value.value !== '' ? [{ text: value.value, isSecret }] : [];
  }
  if (value.kind === 'list') {
    return value.items.flatMap((item) => textsOf(item, isSecret));
  }
  return [...value.entries].flatMap(([key, entry]) => textsOf(entry.value, isSecret || SECRET_KEY.test(key)));
}

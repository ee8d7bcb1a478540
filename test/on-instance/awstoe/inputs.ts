import { InputEntry, InputValue } from './component-document';

/** What kind of value an input takes. */
export type InputKind = 'text' | 'texts' | 'boolean' | 'permissions' | 'encoding';

/** The inputs of an action, as its documentation lists them. */
export interface InputRules {
  /** Whether `inputs` is a dictionary or a list of them. */
  readonly form: 'dictionary' | 'list';
  readonly required: Readonly<Record<string, InputKind>>;
  readonly optional: Readonly<Record<string, InputKind>>;
}

/** What is wrong with the inputs of a step. */
export function inputProblems(rules: InputRules, inputs: InputEntry | readonly InputEntry[]): string[] {
  if (Array.isArray(inputs) !== (rules.form === 'list')) {
    return [`inputs is no ${rules.form}`];
  }
  const entries = Array.isArray(inputs) ? (inputs as readonly InputEntry[]) : [inputs as InputEntry];
  const empty = rules.form === 'list' && entries.length === 0 ? ['inputs is empty'] : [];
  return [...empty, ...entries.flatMap((entry) => entryProblems(rules, entry))];
}

function entryProblems({ required, optional }: InputRules, entry: InputEntry): string[] {
  if (typeof entry !== 'object') {
    return [`an entry of inputs is no dictionary`];
  }
  const kinds: Record<string, InputKind> = { ...required, ...optional };
  const missing = Object.keys(required).filter((key) => entry[key] === undefined || entry[key].length === 0);
  const wrong = Object.entries(entry).map(([key, value]) =>
    key in kinds ? valueProblem(key, kinds[key], value) : `unknown input ${key}`,
  );
  return [...missing.map((key) => `input ${key} is missing`), ...wrong.filter((problem) => problem !== undefined)];
}

function valueProblem(key: string, kind: InputKind, value: InputValue): string | undefined {
  const isList = Array.isArray(value) && value.every((item) => typeof item === 'string');
  if (kind === 'texts') {
    return isList ? undefined : `input ${key} is no list of texts`;
  }
  if (typeof value !== 'string') {
    return `input ${key} is no text`;
  }
  switch (kind) {
    case 'boolean':
      return /^(true|false)$/.test(value) ? undefined : `input ${key} is ${value}, not true or false`;
    case 'permissions':
      return permissionsProblem(key, value);
    case 'encoding':
      return /^utf-?8$/i.test(value) ? undefined : `input ${key} is ${value}; only UTF-8 is played`;
    case 'text':
      return undefined;
  }
}

/**
 * AWSTOE reads permissions as text in octal, so that a number from a program, 420 for 0644, is r---w----. That group
 * or others may do what the owner may not is never meant, and shows it.
 */
function permissionsProblem(key: string, value: string): string | undefined {
  if (!/^[0-7]{3,4}$/.test(value)) {
    return `input ${key} is ${value}, not three or four octal digits`;
  }
  const [owner, group, others] = [...value.slice(-3)].map(Number);
  const beyondOwner = (group | others) & ~owner;
  return beyondOwner === 0
    ? undefined
    : `input ${key} is ${value}, octal: group or others may do what the owner may not`;
}

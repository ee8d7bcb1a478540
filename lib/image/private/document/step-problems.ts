import { AWSTOE_ACTIONS, AwstoeAction, WINDOWS_ACTIONS } from './awstoe-actions';
import { DocumentPart, DocumentReader } from './document-reader';

const STEP_KEYS = ['name', 'action', 'if', 'inputs', 'loop', 'maxAttempts', 'onFailure', 'timeoutSeconds'];
const ON_FAILURE = ['Abort', 'Continue', 'Ignore'];

/** Checks a step, and returns its name when it has one. */
export function checkStep(reader: DocumentReader, step: DocumentPart): string | undefined {
  const keys = reader.map(step, STEP_KEYS);
  if (keys.size === 0) {
    return undefined;
  }
  const name = requiredText(reader, step, keys, 'name');
  const action = requiredText(reader, step, keys, 'action');
  checkAction(reader, step, keys, action);
  checkOnFailure(reader, keys.get('onFailure'));
  checkCount(reader, keys.get('timeoutSeconds'), 'whole seconds, or -1 for no limit', (value) => value >= -1);
  checkCount(reader, keys.get('maxAttempts'), 'a whole number from 1', (value) => value >= 1);
  return name;
}

function requiredText(
  reader: DocumentReader,
  step: DocumentPart,
  keys: Map<string, DocumentPart>,
  key: string,
): string | undefined {
  const part = keys.get(key);
  const value = part && reader.scalar(part);
  if (typeof value === 'string' && value !== '') {
    return value;
  }
  reader.refuse(part ?? step, `a step without ${key}`, `${key}: text`, `give the step a ${key}`);
  return undefined;
}

function checkAction(
  reader: DocumentReader,
  step: DocumentPart,
  keys: Map<string, DocumentPart>,
  action: string | undefined,
): void {
  if (action === undefined) {
    return;
  }
  const part = keys.get('action')!;
  const known = Object.keys(AWSTOE_ACTIONS);
  if (WINDOWS_ACTIONS.includes(action)) {
    reader.refuse(part, `${action}, which runs on Windows only`, 'an action for Linux', 'use ExecuteBash');
  } else if (!known.includes(action)) {
    const same = known.find((candidate) => candidate.toLowerCase() === action.toLowerCase());
    const fix = same ? `write ${same}` : 'use one of them; ExecuteBash runs any command';
    reader.refuse(part, `the action ${action}`, known.join(', '), fix);
  } else {
    checkInputs(reader, step, keys.get('inputs'), action, AWSTOE_ACTIONS[action]);
  }
}

function checkInputs(
  reader: DocumentReader,
  step: DocumentPart,
  inputs: DocumentPart | undefined,
  action: string,
  { takes, required }: AwstoeAction,
): void {
  if (takes === 'nothing') {
    return;
  }
  if (!inputs) {
    const allowed = required.length > 0 ? `inputs with ${required.join(', ')}` : 'inputs';
    reader.refuse(step, `${action} without inputs`, allowed, 'add them');
    return;
  }
  for (const entry of takes === 'list' ? reader.list(inputs) : [inputs]) {
    const keys = reader.map(entry);
    for (const key of required.filter((name) => !keys.has(name))) {
      reader.refuse(entry, `${action} without ${key}`, `inputs with ${required.join(', ')}`, `add ${key}`);
    }
    const commands = keys.get('commands');
    if (action === 'ExecuteBash' && commands) {
      reader.list(commands);
    }
  }
}

function checkOnFailure(reader: DocumentReader, part: DocumentPart | undefined): void {
  if (part && !ON_FAILURE.includes(String(reader.scalar(part)))) {
    const got = String(reader.scalar(part));
    reader.refuse(part, got, ON_FAILURE.join(', '), 'Abort is what AWSTOE does without it');
  }
}

function checkCount(
  reader: DocumentReader,
  part: DocumentPart | undefined,
  allowed: string,
  isAllowed: (value: number) => boolean,
): void {
  const value = part && reader.scalar(part);
  if (part && !(typeof value === 'number' && Number.isInteger(value) && isAllowed(value))) {
    reader.refuse(part, String(value), allowed, 'give such a number, or leave it out');
  }
}

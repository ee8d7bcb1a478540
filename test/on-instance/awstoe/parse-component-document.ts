import { parseDocument } from 'yaml';
import { ACTIONS } from './actions';
import { ComponentDocument, Phase, Step } from './component-document';
import { inputProblems } from './inputs';

/** A document that AWSTOE would refuse, or that this executor does not play. */
export class InvalidDocument extends Error {
  public constructor(component: string, problems: readonly string[]) {
    super(`component ${component}:\n${problems.map((problem) => `- ${problem}`).join('\n')}`);
    this.name = 'InvalidDocument';
  }
}

type Tree = string | Tree[] | { [key: string]: Tree };
type Dictionary = Record<string, Tree>;

const DOCUMENT_KEYS = ['name', 'description', 'schemaVersion', 'phases'];
const STEP_KEYS = ['name', 'action', 'timeoutSeconds', 'onFailure', 'maxAttempts', 'inputs'];
const PHASES = ['build', 'validate', 'test'];
const ON_FAILURE = ['Abort', 'Continue', 'Ignore'];
const DEFAULT_TIMEOUT_SECONDS = '7200';

/**
 * Reads a document as AWSTOE documents it.
 * https://docs.aws.amazon.com/imagebuilder/latest/userguide/toe-use-documents.html
 *
 * @throws InvalidDocument with every problem
 */
export function parseComponentDocument(component: string, source: string): ComponentDocument {
  // Every scalar as it is written: AWSTOE reads `permissions: 0644` as text, not as a number.
  const parsed = parseDocument(source, { schema: 'failsafe', strict: true, uniqueKeys: true });
  if (parsed.errors.length > 0) {
    throw new InvalidDocument(
      component,
      parsed.errors.map(({ message }) => message),
    );
  }
  const problems: string[] = [];
  const document = dictionary(problems, 'the document', parsed.toJS() as Tree, DOCUMENT_KEYS, [
    'schemaVersion',
    'phases',
  ]);
  if (document.schemaVersion !== undefined && document.schemaVersion !== '1.0') {
    problems.push(`schemaVersion is ${JSON.stringify(document.schemaVersion)}, not 1.0`);
  }
  const phases = list(problems, 'phases', document.phases).map((phase) => readPhase(problems, phase));
  requireUnique(problems, 'phase', phases);
  if (problems.length > 0) {
    throw new InvalidDocument(component, problems);
  }
  return { name: component, phases };
}

function readPhase(problems: string[], tree: Tree): Phase {
  const phase = dictionary(problems, 'a phase', tree, ['name', 'steps'], ['name', 'steps']);
  const name = text(phase.name);
  if (!PHASES.includes(name)) {
    problems.push(`Image Builder runs no phase ${name}, only ${PHASES.join(', ')}`);
  }
  const steps = list(problems, `steps of ${name}`, phase.steps).map((step) => readStep(problems, name, step));
  requireUnique(problems, `step of ${name}`, steps);
  return { name, steps };
}

function readStep(problems: string[], phase: string, tree: Tree): Step {
  const step = dictionary(problems, `a step of ${phase}`, tree, STEP_KEYS, ['name', 'action']);
  const where = `${phase}.${text(step.name)}`;
  const onFailure = text(step.onFailure ?? 'Abort');
  if (!ON_FAILURE.includes(onFailure)) {
    problems.push(`${where}: onFailure is ${onFailure}, not one of ${ON_FAILURE.join(', ')}`);
  }
  const action = text(step.action);
  const inputs = (step.inputs ?? {}) as Step['inputs'];
  if (!(action in ACTIONS)) {
    problems.push(`${where}: action ${action} is not played, only ${Object.keys(ACTIONS).join(', ')}`);
  } else {
    problems.push(...inputProblems(ACTIONS[action], inputs).map((problem) => `${where}: ${problem}`));
  }
  return {
    name: text(step.name),
    action,
    timeoutSeconds: integer(problems, `${where}: timeoutSeconds`, step.timeoutSeconds ?? DEFAULT_TIMEOUT_SECONDS, -1),
    onFailure: onFailure as Step['onFailure'],
    maxAttempts: integer(problems, `${where}: maxAttempts`, step.maxAttempts ?? '1', 1),
    inputs,
  };
}

function dictionary(
  problems: string[],
  what: string,
  tree: Tree,
  keys: readonly string[],
  required: readonly string[],
): Dictionary {
  if (typeof tree !== 'object' || Array.isArray(tree)) {
    problems.push(`${what} is no dictionary`);
    return {};
  }
  const unknown = Object.keys(tree).filter((key) => !keys.includes(key));
  const missing = required.filter((key) => tree[key] === undefined || tree[key] === '');
  problems.push(...unknown.map((key) => `${what} has ${key}, which is unknown or not played here`));
  problems.push(...missing.map((key) => `${what} has no ${key}`));
  return tree;
}

function list(problems: string[], what: string, tree: Tree | undefined): Tree[] {
  if (!Array.isArray(tree) || tree.length === 0) {
    problems.push(`${what} is no list with an entry`);
    return [];
  }
  return tree;
}

/** A scalar, or what stands in its place. */
function text(tree: Tree | undefined): string {
  return typeof tree === 'string' ? tree : JSON.stringify(tree ?? '');
}

function integer(problems: string[], what: string, tree: Tree, least: number): number {
  const value = typeof tree === 'string' && /^-?\d+$/.test(tree) ? Number(tree) : NaN;
  if (!(value >= least) || value === 0) {
    problems.push(`${what} is ${JSON.stringify(tree)}`);
  }
  return value;
}

function requireUnique(problems: string[], what: string, named: readonly { readonly name: string }[]): void {
  const names = named.map(({ name }) => name);
  const twice = new Set(names.filter((name, index) => names.indexOf(name) !== index));
  problems.push(...[...twice].map((name) => `two of ${what} are named ${name}`));
}

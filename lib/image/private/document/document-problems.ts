import { IResolvable, StringConcat, Tokenization } from 'aws-cdk-lib';
import { Problem } from '../../../validation';
import { DocumentPart, DocumentReader } from './document-reader';
import { checkReferences, ReferencedNames } from './document-references';
import { checkStep } from './step-problems';

const DOCUMENT_KEYS = ['name', 'description', 'schemaVersion', 'constants', 'parameters', 'phases'];
const PHASES = ['build', 'validate', 'test'];

/**
 * Everything that AWSTOE or Image Builder would refuse in a component document, minutes or hours after the synthesis:
 * the text, its keys, phases, steps, actions, their inputs, and references that lead nowhere.
 *
 * Source: https://docs.aws.amazon.com/imagebuilder/latest/userguide/toe-use-documents.html, as of 2026-11.
 */
export function documentProblems(text: string): Problem[] {
  const form = formOf(text);
  if (FAULTLESS.has(form)) {
    return [];
  }
  const problems = problemsOf(text);
  if (problems.length === 0) {
    if (FAULTLESS.size >= MOST_KNOWN) {
      FAULTLESS.clear();
    }
    FAULTLESS.add(form);
  }
  return problems;
}

/** Images of one app mostly have the same documents, and reading them is a tenth of the time of a fleet's synthesis. */
const FAULTLESS = new Set<string>();
const MOST_KNOWN = 100;

/** The text with its tokens in the order in which they come, and not by the numbers that they have in each app. */
function formOf(text: string): string {
  const tokens: IResolvable[] = [];
  const mapToken = (token: IResolvable) => {
    const place = tokens.indexOf(token);
    return `\${Token[${place < 0 ? tokens.push(token) - 1 : place}]}`;
  };
  return Tokenization.reverseString(text).mapTokens({ mapToken }).join(new StringConcat()) as string;
}

function problemsOf(text: string): Problem[] {
  const reader = new DocumentReader(text);
  const { root } = reader;
  const keys = root ? reader.map(root, DOCUMENT_KEYS) : new Map<string, DocumentPart>();
  if (!root || (keys.size === 0 && reader.problems.length > 0)) {
    return reader.problems;
  }
  checkSchemaVersion(reader, root, keys.get('schemaVersion'));
  const names: ReferencedNames = {
    values: [...declaredNames(reader, keys.get('constants')), ...declaredNames(reader, keys.get('parameters'))],
    steps: [],
  };
  const phases = keys.get('phases');
  if (phases) {
    checkPhases(reader, phases, names);
  } else {
    const fix = 'add at least one phase with steps';
    reader.refuse(root, 'no phases', `a list of ${PHASES.join(', ')}`, fix);
  }
  return reader.problems;
}

function checkSchemaVersion(reader: DocumentReader, root: DocumentPart, part: DocumentPart | undefined): void {
  const version = part && reader.scalar(part);
  if (Number(version) !== 1) {
    const got = part ? `schemaVersion ${String(version)}` : 'no schemaVersion';
    reader.refuse(part ?? root, got, 'schemaVersion: 1.0', 'write schemaVersion: 1.0, the only one that AWSTOE knows');
  }
}

/** The names that `constants` or `parameters` declare: each entry is a map of one name. */
function declaredNames(reader: DocumentReader, part: DocumentPart | undefined): string[] {
  return part ? reader.list(part).flatMap((entry) => [...reader.map(entry).keys()]) : [];
}

function checkPhases(reader: DocumentReader, part: DocumentPart, names: ReferencedNames): void {
  const seen = new Set<string>();
  for (const phase of reader.list(part)) {
    const keys = reader.map(phase, ['name', 'steps']);
    const namePart = keys.get('name');
    const name = namePart ? String(reader.scalar(namePart)) : '';
    if (!PHASES.includes(name) || seen.has(name)) {
      const got = seen.has(name) ? `a second phase ${name}` : `the phase ${JSON.stringify(name)}`;
      reader.refuse(namePart ?? phase, got, `${PHASES.join(', ')}, each once`, 'Image Builder runs no other phase');
    }
    seen.add(name);
    const steps = keys.get('steps');
    if (!steps) {
      reader.refuse(phase, 'no steps', 'a list of steps', 'add a step, or leave the phase out');
      continue;
    }
    checkSteps(reader, steps, name, names);
  }
}

function checkSteps(reader: DocumentReader, part: DocumentPart, phase: string, names: ReferencedNames): void {
  const seen = new Set<string>();
  for (const step of reader.list(part)) {
    const name = checkStep(reader, step);
    if (name !== undefined && seen.has(name)) {
      const fix = 'rename one: the name is how other steps refer to it';
      reader.refuse(step, `a second step ${name}`, 'each name once in a phase', fix);
    }
    checkReferences(reader, step, names);
    if (name !== undefined) {
      seen.add(name);
      names.steps.push(`${phase}.${name}`);
    }
  }
}

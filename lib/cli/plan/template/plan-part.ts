import { setImmediate } from 'node:timers/promises';
import { FleetTemplate } from '../../../stacks';
import { DocumentProblem } from '../../../stacks/template/private/document/document-problem';
import { StackPlan } from '../plan-report';
import { fleetGroups } from './fleet-groups';
import { Chunk, planChunk } from './plan-chunk';

/** Fewer would read what the library needs more often, more would take more memory. */
const FLEETS_PER_CHUNK = 20;

/** Which part of a template a process plans. */
export interface Part {
  /** From 0. */
  readonly index: number;
  readonly of: number;
}

/** What became of a part: the stacks of each of its chunks with the chunk's number, and everything that is wrong. */
export interface PartResult {
  readonly chunks: readonly { readonly number: number; readonly stacks: readonly StackPlan[] }[];
  readonly problems: readonly DocumentProblem[];
  /** Messages of errors that have no place in the file. */
  readonly errors: readonly string[];
}

/** Called after each chunk. */
export type OnProgress = (fleetsDone: number, fleets: number) => void;

/** Plans every chunk whose turn it is; an error in one keeps no other from being planned. */
export async function planPart(file: string, part: Part, onProgress: OnProgress): Promise<PartResult> {
  const problems: DocumentProblem[] = [];
  const errors: string[] = [];
  const chunks: { number: number; stacks: StackPlan[] }[] = [];
  const attempt = <Result>(action: () => Result): Result | undefined => {
    try {
      return action();
    } catch (error) {
      const { documentProblems } = error as { documentProblems?: DocumentProblem[] };
      if ((error as Error).name !== 'FleetConfigError') {
        throw error;
      }
      problems.push(...(documentProblems ?? []));
      errors.push(...(documentProblems ? [] : [(error as Error).message]));
      return undefined;
    }
  };
  const template = attempt(() => FleetTemplate.fromFile(file));
  const all = template ? chunksOf(template) : [];
  const mine = all
    .map((chunk, number) => ({ ...chunk, number }))
    .filter(({ number }) => number % part.of === part.index);
  const fleets = mine.reduce((sum, chunk) => sum + chunk.fleets.length, 0);
  let done = 0;
  for (const { number, ...chunk } of mine) {
    const stacks = attempt(() => planChunk(template!, chunk));
    chunks.push({ number, stacks: stacks ?? [] });
    done += chunk.fleets.length;
    onProgress(done, fleets);
    // What other processes say is only heard between two chunks.
    await setImmediate();
  }
  return { chunks, problems, errors };
}

function chunksOf(template: FleetTemplate): Chunk[] {
  const groups = fleetGroups(template._fleetsTogether, template.fleetNames);
  const lists: string[][] = [];
  for (const group of groups) {
    const last = lists.at(-1);
    if (last && last.length + group.length <= FLEETS_PER_CHUNK) {
      last.push(...group);
    } else {
      lists.push([...group]);
    }
  }
  const environments = template.environmentNames.length > 0 ? template.environmentNames : [undefined];
  return environments.flatMap((environment) => lists.map((fleets) => ({ environment, fleets })));
}

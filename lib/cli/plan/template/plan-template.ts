import * as fs from 'node:fs';
import * as os from 'node:os';
import { throwDocumentProblems } from '../../../stacks/template/private/document/document-error';
import { Progress } from '../../progress';
import { UsageError } from '../../usage-error';
import { buildReport } from '../build-report';
import { PlanReport, StackPlan } from '../plan-report';
import { planPart, PartResult } from './plan-part';
import { planPartApart } from './plan-part-apart';

/** Above it, starting more processes is worth the second that each takes: some 50 fleets. */
const BYTES_FOR_SEVERAL_PROCESSES = 20_000;

/** More take memory, and hardly less time. */
const MOST_PROCESSES = 4;

/**
 * Plans a fleet template: all of its fleets in all of its environments.
 *
 * @param file path of a `fleet.yaml`
 * @throws FleetConfigError with every problem of the file and of the fleets in it
 */
export async function planTemplate(file: string, processes = processesFor(file)): Promise<PlanReport> {
  const progress = new Progress();
  try {
    progress.show('Synthesizing fleets');
    const parts = await planParts(file, processes, (done, fleets) =>
      progress.show('Synthesizing fleets', done, fleets),
    );
    throwDocumentProblems(parts.flatMap(({ problems }) => problems));
    const errors = parts.flatMap((part) => part.errors);
    if (errors.length > 0) {
      throw new UsageError([...new Set(errors)].join('\n'));
    }
    return buildReport(file, stacksOf(parts));
  } finally {
    progress.end();
  }
}

function processesFor(file: string): number {
  const size = fs.statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  return size < BYTES_FOR_SEVERAL_PROCESSES ? 1 : Math.min(MOST_PROCESSES, os.availableParallelism());
}

/** In this process, or each part in one of its own. */
async function planParts(
  file: string,
  of: number,
  onProgress: (done: number, fleets: number) => void,
): Promise<PartResult[]> {
  if (of === 1) {
    return [await planPart(file, { index: 0, of }, onProgress)];
  }
  const counts = Array.from({ length: of }, () => ({ done: 0, fleets: 0 }));
  const note = (index: number) => (done: number, fleets: number) => {
    counts[index] = { done, fleets };
    onProgress(
      counts.reduce((sum, part) => sum + part.done, 0),
      counts.reduce((sum, part) => sum + part.fleets, 0),
    );
  };
  return Promise.all(counts.map((_, index) => planPartApart(file, { index, of }, note(index))));
}

/** In the order of the template; a stack with an image that several chunks share comes once. */
function stacksOf(parts: readonly PartResult[]): StackPlan[] {
  const chunks = parts.flatMap((part) => part.chunks);
  const inOrder = [...chunks].sort((a, b) => a.number - b.number).flatMap(({ stacks }) => stacks);
  return [...new Map(inOrder.map((stack) => [stack.stack, stack])).values()];
}

import { DocumentPart, DocumentReader } from './document-reader';

/** What `{{ }}` may refer to at some point of a document. */
export interface ReferencedNames {
  /** Constants and parameters. */
  readonly values: readonly string[];
  /** `phase.step` of every step before this point. */
  readonly steps: string[];
}

/** `phase.step.outputs.stdout`, `phase.step.inputs[0].destination`. */
const STEP_REFERENCE = /^([^.\s]+)\.(.+?)\.(?:inputs|outputs)(?:[.[].*)?$/;

/** `loop.index` and `loop.value`, and the same of a loop with a name. */
const LOOP_REFERENCE = /^[\w-]+\.(?:index|value)$/;

/** Refuses references of a step to what does not exist, or only comes later. */
export function checkReferences(reader: DocumentReader, step: DocumentPart, names: ReferencedNames): void {
  const inLoop = reader.map(step).has('loop');
  for (const part of reader.strings(step)) {
    for (const [whole, reference] of part.text.matchAll(/\{\{\s*(.*?)\s*\}\}/gs)) {
      if (!resolves(reference, names, inLoop)) {
        reader.refuse(
          part,
          whole,
          'a constant, a parameter, or {{ phase.step.outputs.name }} of an earlier step',
          // AWSTOE knows no way to write {{ literally.
          'correct the reference; text that needs {{ for itself belongs into a file that the step downloads',
        );
      }
    }
  }
}

function resolves(reference: string, { values, steps }: ReferencedNames, inLoop: boolean): boolean {
  const step = STEP_REFERENCE.exec(reference);
  if (step) {
    return steps.includes(`${step[1]}.${step[2]}`);
  }
  return values.includes(reference) || (inLoop && LOOP_REFERENCE.test(reference));
}

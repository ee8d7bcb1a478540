import { GravitonProcessor } from '../../../../catalog';
import { Problem } from '../../../../validation';

/** A list of processors must name at least one, and none twice. */
export function processorProblems(what: string, processors: readonly GravitonProcessor[]): Problem[] {
  const allowed = 'at least one processor, each once';
  if (processors.length === 0) {
    return [{ what, got: 'an empty list', allowed, fix: 'name one, such as GravitonProcessor.GRAVITON5' }];
  }
  const repeated = processors.filter((processor, index) => processors.indexOf(processor) !== index);
  return [...new Set(repeated)].map(({ displayName }) => ({
    what,
    got: `${displayName} more than once`,
    allowed,
    fix: 'remove the repetition',
  }));
}

import { Errors } from 'aws-cdk-lib';
import { FleetConfigError } from '../../../../../validation';
import { locateProblem } from '../locate-problem';
import { UNBOUND, Visit } from './visit';

/**
 * Calls the library, or aws-cdk-lib, with bound values. What they refuse becomes problems at the place of the data, or of
 * the key below it that a problem names.
 */
export function guarded(call: () => unknown, data: unknown, visit: Visit): unknown {
  try {
    return call();
  } catch (error) {
    if (error instanceof FleetConfigError) {
      error.problems.forEach((problem) => visit.note(problem, locateProblem(problem, data)));
      return UNBOUND;
    }
    if (error instanceof Error && Errors.isValidationError(error)) {
      const allowed = 'what AWS CDK takes here';
      return visit.refuse({ got: 'a value that AWS CDK refuses', allowed, fix: withoutValues(error.message, data) });
    }
    if (error instanceof Error && SAME_ID.test(error.message)) {
      const fix = 'remove one of them, or give it another id';
      return visit.refuse({ got: 'another of the same kind or id', allowed: 'each once', fix });
    }
    throw error;
  }
}

/** How constructs refuses a second policy of a kind; it has no class of its own for that (constructs 10.5, node.addChild). */
const SAME_ID = /^There is already a Construct with name/;

/**
 * The message of AWS CDK without the path of the construct, which follows in further lines, and without the values of the
 * data that it repeats: they may be secrets.
 */
function withoutValues(message: string, data: unknown): string {
  return textsOf(data).reduce((text, value) => text.split(value).join('...'), message.split('\n')[0]);
}

function textsOf(data: unknown): string[] {
  if (typeof data === 'string') {
    return data === '' ? [] : [data];
  }
  return typeof data === 'object' && data !== null ? Object.values(data).flatMap(textsOf) : [];
}

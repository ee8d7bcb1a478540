import { FleetConfigError } from '../../../../validation';
import { locateProblem } from './locate-problem';
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
    if (error instanceof Error && CDK_ERROR.test(error.name)) {
      const allowed = 'what AWS CDK takes here';
      return visit.refuse({ got: 'a value that AWS CDK refuses', allowed, fix: withoutValues(error.message, data) });
    }
    throw error;
  }
}

/** `ValidationError` and `UnscopedValidationError`: how aws-cdk-lib refuses an input. */
const CDK_ERROR = /ValidationError$/;

/** The message of AWS CDK, which repeats values of the data: they may be secrets. */
function withoutValues(message: string, data: unknown): string {
  return textsOf(data).reduce((text, value) => text.split(value).join('...'), message);
}

function textsOf(data: unknown): string[] {
  if (typeof data === 'string') {
    return data === '' ? [] : [data];
  }
  return typeof data === 'object' && data !== null ? Object.values(data).flatMap(textsOf) : [];
}

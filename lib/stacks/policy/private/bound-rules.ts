import { bind, BindingError, PlacedProblem } from '../../template/private/binding';
import { DocumentError } from '../../template/private/document/document-error';
import { DocumentProblem, pathText } from '../../template/private/document/document-problem';
import { dataOf, keyPlaceAt, LocatedValue } from '../../template/private/document/located-value';
import { importScope } from '../../template/private/stacks/import-scope';
import { FleetPolicyRules } from '../fleet-policy-rules';

/**
 * The rules that a document says. What their defaults import (a network, a certificate) has plain ids, so that any stack
 * may use it.
 *
 * @throws DocumentError with every problem of their types
 */
export function boundRules(root: LocatedValue, directory: string): FleetPolicyRules {
  try {
    return bind('FleetPolicyRules', dataOf(root), { scope: importScope({}), directory }) as FleetPolicyRules;
  } catch (error) {
    if (!(error instanceof BindingError)) {
      throw error;
    }
    throw new DocumentError(error.problems.map((problem) => documentProblem(root, problem)));
  }
}

function documentProblem(root: LocatedValue, { path: keys, problem }: PlacedProblem): DocumentProblem {
  const found = pathText(keys);
  const what = found === '' || found.endsWith(problem.what) ? problem.what : `${found}, ${problem.what}`;
  return { ...problem, what: found.endsWith(problem.what) ? found : what, place: keyPlaceAt(root, keys) };
}

import * as path from 'node:path';
import { bind, BindingError, PlacedProblem } from '../../template/private/binding';
import { DocumentError, throwDocumentProblems } from '../../template/private/document/document-error';
import { DocumentProblem, pathText } from '../../template/private/document/document-problem';
import { dataOf, keyPlaceAt, LocatedValue, valueAt } from '../../template/private/document/located-value';
import { readDocument } from '../../template/private/document/read-document';
import { importScope } from '../../template/private/stacks/import-scope';
import { FleetPolicyRules } from '../fleet-policy-rules';
import { layerProblems } from './layers/layer-problems';
import { PolicyLayer } from './layers/policy-layer';

/**
 * Reads files of policy, each a layer.
 *
 * @throws DocumentError with every problem of all files
 */
export function readPolicies(files: readonly string[]): PolicyLayer[] {
  const problems: DocumentProblem[] = [];
  const layers = files.flatMap((file) => {
    try {
      return [readPolicy(file)];
    } catch (error) {
      if (!(error instanceof DocumentError)) {
        throw error;
      }
      problems.push(...error.documentProblems);
      return [];
    }
  });
  throwDocumentProblems(problems);
  return layers;
}

function readPolicy(file: string): PolicyLayer {
  const root = readDocument(file);
  const layer: PolicyLayer = {
    name: file,
    rules: boundRules(root, path.dirname(file)),
    defaults: valueAt(root, ['defaults']),
    placeOf: (keys) => keyPlaceAt(root, keys),
  };
  throwDocumentProblems(
    layerProblems(layer).map(({ path: keys, ...problem }) => ({ ...problem, place: keyPlaceAt(root, keys) })),
  );
  return layer;
}

function boundRules(root: LocatedValue, directory: string): FleetPolicyRules {
  // What defaults import (a network, a certificate) needs a scope; it has plain ids, so that any stack may use it.
  const scope = importScope({});
  try {
    return bind('FleetPolicyRules', dataOf(root), { scope, directory }) as FleetPolicyRules;
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

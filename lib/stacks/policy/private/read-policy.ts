import * as path from 'node:path';
import { DocumentError, throwDocumentProblems } from '../../template/private/document/document-error';
import { DocumentProblem } from '../../template/private/document/document-problem';
import { keyPlaceAt, valueAt } from '../../template/private/document/located-value';
import { readDocument } from '../../template/private/document/read-document';
import { boundRules } from './bound-rules';
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

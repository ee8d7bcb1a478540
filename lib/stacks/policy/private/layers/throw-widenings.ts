import { throwIfAny } from '../../../../validation';
import { throwDocumentProblems } from '../../../template/private/document/document-error';
import { Widening } from './merge-layers';
import { textOfPlace } from './policy-layer';

/**
 * Refuses narrower layers that allow more.
 *
 * @throws FleetConfigError with all of it, by lines where the layers are files
 */
export function throwWidenings(widenings: readonly Widening[]): void {
  const placed = widenings.flatMap(({ layer, path, ...problem }) =>
    layer.placeOf ? [{ ...problem, place: layer.placeOf(path) }] : [],
  );
  if (placed.length === widenings.length) {
    throwDocumentProblems(placed);
  }
  const names = [...new Set(widenings.map(({ layer }) => layer.name))].join(', ');
  throwIfAny(
    names,
    widenings.map(({ layer, path, ...problem }) =>
      layer.placeOf ? { ...problem, what: `${textOfPlace(layer, path)} ${problem.what}` } : problem,
    ),
  );
}

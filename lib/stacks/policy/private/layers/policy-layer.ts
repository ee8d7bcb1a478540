import { placeText } from '../../../template/private/document/document-problem';
import { LocatedValue, Place } from '../../../template/private/document/located-value';
import { FleetPolicyRules } from '../../fleet-policy-rules';

/** One policy of those that hold together, and where it stands. */
export interface PolicyLayer {
  /** `FleetPolicy.of()`, or a file. */
  readonly name: string;
  readonly rules: FleetPolicyRules;
  /** The defaults as they stand in a file. */
  readonly defaults?: LocatedValue;
  /** Where a part of the rules stands in a file. */
  readonly placeOf?: (path: readonly string[]) => Place;
}

/** Where a part of a layer's rules stands, for example `platform.yaml:7:3`. */
export function textOfPlace({ name, placeOf }: PolicyLayer, path: readonly string[]): string {
  return placeOf ? placeText(placeOf(path)) : name;
}

/** Where a part of the rules stands: in the narrowest layer that says it, or that says what it is a part of. */
export function standsAt(layers: readonly PolicyLayer[], path: readonly string[]): string {
  for (let length = path.length; length > 0; length -= 1) {
    const part = path.slice(0, length);
    const layer = [...layers].reverse().find((candidate) => says(candidate, part));
    if (layer) {
      return textOfPlace(layer, part);
    }
  }
  return layers[layers.length - 1].name;
}

function says({ rules }: PolicyLayer, path: readonly string[]): boolean {
  let value: unknown = rules;
  for (const key of path) {
    value = typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined;
  }
  return value !== undefined;
}

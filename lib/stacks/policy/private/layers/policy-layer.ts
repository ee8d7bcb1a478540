import { FleetPolicyRules } from '../../fleet-policy-rules';

/** One policy of those that hold together, and where it stands. */
export interface PolicyLayer {
  /** `FleetPolicy.of()`, or a file. */
  readonly name: string;
  readonly rules: FleetPolicyRules;
  /** The defaults as they stand in a file. */
  readonly defaults?: unknown;
  /** Where a part of the rules stands, for example `platform.yaml:7:3` for `['maxKilowatts', 'perFleet']`. */
  readonly at: (path: readonly string[]) => string;
}

/** Whether a layer says something about a part of the rules. */
export function says({ rules }: PolicyLayer, path: readonly string[]): boolean {
  let value: unknown = rules;
  for (const key of path) {
    value = typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined;
  }
  return value !== undefined;
}

/** Where a part of the rules stands: in the narrowest layer that says it. */
export function standsAt(layers: readonly PolicyLayer[], path: readonly string[]): string {
  for (let length = path.length; length > 0; length -= 1) {
    const part = path.slice(0, length);
    const layer = [...layers].reverse().find((candidate) => says(candidate, part));
    if (layer) {
      return layer.at(part);
    }
  }
  return layers[layers.length - 1].name;
}

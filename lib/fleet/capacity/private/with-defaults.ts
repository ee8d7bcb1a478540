import { CapacityDefaults } from '../capacity-defaults';

/** Options of any capacity with defaults for those of these keys that were not given. */
export function withDefaults<Options extends object>(
  options: Options,
  defaults: CapacityDefaults,
  keys: readonly (keyof CapacityDefaults & keyof Options)[],
): Options {
  const missing = keys.filter((key) => options[key] === undefined && defaults[key] !== undefined);
  return { ...options, ...Object.fromEntries(missing.map((key) => [key, defaults[key]])) };
}

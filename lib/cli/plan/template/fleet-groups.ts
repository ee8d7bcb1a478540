import { dataOf, LocatedValue, valueAt } from '../../../stacks/template/private/document/located-value';

/** Parts of a template that are over several fleets, and bound or show them together. */
const TOGETHER = ['budgets', 'dashboards'];

/**
 * Fleets that must be synthesized in one app, because a budget or a dashboard is over them; every other fleet stands
 * alone. In the order of the template.
 */
export function fleetGroups(root: LocatedValue, fleetNames: readonly string[]): string[][] {
  const groupOf = new Map(fleetNames.map((name) => [name, [name]]));
  for (const together of TOGETHER.flatMap((part) => listsOfFleets(valueAt(root, [part])))) {
    const joined = [...new Set(together.flatMap((name) => groupOf.get(name) ?? []))];
    joined.forEach((name) => groupOf.set(name, joined));
  }
  return [...new Set(groupOf.values())];
}

/** The value of every key `fleets`, wherever it stands. */
function listsOfFleets(value: LocatedValue | undefined): string[][] {
  if (value?.kind === 'list') {
    return value.items.flatMap(listsOfFleets);
  }
  if (value?.kind !== 'map') {
    return [];
  }
  return [...value.entries].flatMap(([key, entry]) => {
    const data = key === 'fleets' ? dataOf(entry.value) : undefined;
    return Array.isArray(data) ? [data.filter((name) => typeof name === 'string')] : listsOfFleets(entry.value);
  });
}

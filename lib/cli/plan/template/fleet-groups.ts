/**
 * Fleets that must be made in one app, because a budget or a dashboard is over them; every other fleet stands alone. In
 * the order of the template.
 *
 * @param together the fleets of each budget and each dashboard
 */
export function fleetGroups(together: readonly string[][], fleetNames: readonly string[]): string[][] {
  const groupOf = new Map(fleetNames.map((name) => [name, [name]]));
  for (const names of together) {
    const joined = [...new Set(names.flatMap((name) => groupOf.get(name) ?? []))];
    joined.forEach((name) => groupOf.set(name, joined));
  }
  return [...new Set(groupOf.values())];
}

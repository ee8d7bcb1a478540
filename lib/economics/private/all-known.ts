/** All of the figures, or nothing when one is not known: leaving it out would make a range too narrow. */
export function allKnown<T>(figures: readonly (T | undefined)[]): T[] | undefined {
  return figures.every((figure) => figure !== undefined) ? [...figures] : undefined;
}

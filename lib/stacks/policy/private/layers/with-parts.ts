/** An object with the parts of another over its own; a part that is undefined was left out. */
export function withParts<T extends object>(under: T, over: T): T {
  return { ...under, ...Object.fromEntries(Object.entries(over).filter(([, value]) => value !== undefined)) };
}

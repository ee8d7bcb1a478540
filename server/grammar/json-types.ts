import type { TypeName } from './schema-keywords';

/** An object that is no array. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Whether a value is of a type, as JSON Schema has it. */
export function hasType(value: unknown, type: TypeName): boolean {
  switch (type) {
    case 'object':
      return isRecord(value);
    case 'array':
      return Array.isArray(value);
    case 'integer':
      return Number.isInteger(value);
    case 'null':
      return value === null;
    default:
      return typeof value === type;
  }
}

/** How deep objects and arrays lie in each other. By a list and no recursion, for which a hostile value is too deep. */
export function nestingOf(value: unknown): number {
  let deepest = 0;
  const open: [unknown, number][] = [[value, 0]];
  for (let next = open.pop(); next; next = open.pop()) {
    const [each, depth] = next;
    deepest = Math.max(deepest, depth);
    if (typeof each === 'object' && each !== null) {
      Object.values(each).forEach((inner) => open.push([inner, depth + 1]));
    }
  }
  return deepest;
}

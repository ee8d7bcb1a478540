/** What a value of the data is, in words. The value itself may be a secret, and is not shown. */
export function kindOf(data: unknown): string {
  if (data === null || data === undefined) {
    return 'nothing';
  }
  if (Array.isArray(data)) {
    return 'a list';
  }
  switch (typeof data) {
    case 'string':
      return 'text';
    case 'number':
      return Number.isFinite(data) ? 'a number' : 'a number without end';
    case 'boolean':
      return 'true or false';
    default:
      return 'a map';
  }
}

/** Whether data is an object with keys. */
export function isMap(data: unknown): data is Readonly<Record<string, unknown>> {
  return typeof data === 'object' && data !== null && !Array.isArray(data);
}

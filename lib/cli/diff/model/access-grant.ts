/** One permission: a principal may do something to a resource. */
export interface AccessGrant {
  readonly principal: string;
  readonly action: string;
  readonly resource: string;
  /** The conditions as JSON, or nothing when there are none. */
  readonly condition?: string;
}

/** Whether whoever has one permission needs no other for a second one: `s3:*` covers `s3:GetObject`. */
export function covers(one: AccessGrant, other: AccessGrant): boolean {
  return (
    matches(one.principal, other.principal) &&
    matches(one.action.toLowerCase(), other.action.toLowerCase()) &&
    matches(one.resource, other.resource) &&
    (one.condition === undefined || one.condition === other.condition)
  );
}

/** Whether a permission is for more than its words name. */
export function isWildcard({ principal, action, resource }: AccessGrant): boolean {
  return action.includes('*') || resource === '*' || principal === '*' || principal.endsWith(':*');
}

/** IAM's wildcards: `*` for any characters, `?` for one. */
function matches(pattern: string, value: string): boolean {
  if (pattern === value || pattern === '*') {
    return true;
  }
  if (!/[*?]/.test(pattern)) {
    return false;
  }
  const expression = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replace(/\*+/g, '.*')
    .replace(/\?/g, '.');
  return new RegExp(`^${expression}$`, 's').test(value);
}

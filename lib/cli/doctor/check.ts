export type CheckState = 'ok' | 'warning' | 'problem' | 'skipped';

/** One thing that was looked at. */
export interface Check {
  /** For programs, for example `aws.quota.onDemand`. */
  readonly id: string;
  readonly state: CheckState;
  /** What was found, or why it was not looked at. */
  readonly found: string;
  /** What to do about it. */
  readonly fix?: string;
}

export function ok(id: string, found: string): Check {
  return { id, state: 'ok', found };
}

export function warning(id: string, found: string, fix: string): Check {
  return { id, state: 'warning', found, fix };
}

export function problem(id: string, found: string, fix: string): Check {
  return { id, state: 'problem', found, fix };
}

export function skipped(id: string, found: string, fix?: string): Check {
  return { id, state: 'skipped', found, ...(fix === undefined ? {} : { fix }) };
}

import { afterEach, beforeEach, vi } from 'vitest';

/** Keeps the warnings of synthesis off the console, in tests that make fleets with warnings. */
export function useSilentWarnings(): void {
  beforeEach(() => void vi.spyOn(console, 'error').mockImplementation(() => undefined));
  afterEach(() => void vi.restoreAllMocks());
}

import { createHash } from 'node:crypto';

const MINUTE = 60_000;
/** Milliseconds at both ends of a minute in which nothing is published, so that all of it belongs to this minute. */
const FIRST = 5_000;
const LAST = 50_000;

/** When in each minute an instance publishes, in milliseconds: always the same, and another one for other instances. */
export function offsetOf(instanceId: string): number {
  return FIRST + (createHash('sha256').update(instanceId).digest().readUInt32BE() % (LAST - FIRST));
}

/** Milliseconds until it publishes next: in another minute than `lastMinute`, of which both are milliseconds since 1970. */
export function untilNext(now: number, offset: number, lastMinute: number): number {
  const minute = Math.max(Math.floor(now / MINUTE) * MINUTE, lastMinute + MINUTE);
  const next = minute + offset >= now ? minute + offset : minute + MINUTE + offset;
  // A clock that was set back would keep it silent for as long.
  return Math.min(next - now, 2 * MINUTE);
}

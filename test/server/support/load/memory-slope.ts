import { ProcessSample } from '../instance/booted-instance';

/** Processes as they were seen at a time. */
export interface Seen {
  /** Milliseconds, by `performance.now()`. */
  readonly at: number;
  readonly processes: readonly ProcessSample[];
}

/**
 * How fast the memory of a process grows: the median of the slopes between all pairs of samples (Theil and Sen), which a
 * few outliers, such as a heap just before it is swept, do not move.
 *
 * @returns bytes per minute, by the process's number; those that were seen fewer than ten times are left out
 */
export function memorySlopes(seen: readonly Seen[]): ReadonlyMap<number, number> {
  const pids = new Set(seen.flatMap(({ processes }) => processes.map(({ pid }) => pid)));
  const slopes = [...pids].flatMap((pid): [number, number][] => {
    const points = seen.flatMap(({ at, processes }) =>
      processes.filter((each) => each.pid === pid).map(({ residentBytes }) => ({ at, residentBytes })),
    );
    return points.length < 10 ? [] : [[pid, medianSlope(points)]];
  });
  return new Map(slopes);
}

function medianSlope(points: readonly { readonly at: number; readonly residentBytes: number }[]): number {
  const slopes = points.flatMap((one, index) =>
    points.slice(index + 1).map((other) => (other.residentBytes - one.residentBytes) / ((other.at - one.at) / 60_000)),
  );
  return slopes.sort((a, b) => a - b)[slopes.length >> 1];
}

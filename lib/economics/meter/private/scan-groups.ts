/** EC2 takes so many values in a filter: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_Filtering.html */
const MOST_GROUPS = 200;

/** Instances that are asked for together: a few pages, so that a failure costs little and several go side by side. */
const MOST_INSTANCES = 5_000;

/** The most instances that EC2 gives in one page. */
export const PAGE_SIZE = 1_000;

/** Something that has instances. */
export interface SizedGroup<T> {
  readonly group: T;
  /** The most instances that it may have. */
  readonly mostInstances: number;
}

/**
 * Puts groups together whose instances one request can ask for: small ones share a page, and a large one has its own.
 * In their order, so that another group at the end changes nothing before it.
 */
export function scanGroups<T>(groups: readonly SizedGroup<T>[]): T[][] {
  const scans: T[][] = [];
  let room = 0;
  for (const { group, mostInstances } of groups) {
    const last = scans[scans.length - 1];
    if (last !== undefined && last.length < MOST_GROUPS && mostInstances <= room) {
      last.push(group);
      room -= mostInstances;
    } else {
      scans.push([group]);
      room = MOST_INSTANCES - mostInstances;
    }
  }
  return scans;
}

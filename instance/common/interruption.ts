/** Why an instance must stop working. */
export type InterruptionKind =
  /** Auto Scaling terminates it: `autoscaling/target-lifecycle-state`. */
  | 'lifecycle'
  /** Auto Scaling takes it back into the warm pool: `autoscaling/target-lifecycle-state`, after it was in service. */
  | 'pool'
  /** EC2 takes a Spot Instance back: `spot/instance-action`. */
  | 'spot'
  /** EC2 expects to take it back: `events/recommendations/rebalance`. */
  | 'rebalance'
  /** The machine shuts down: SIGTERM. */
  | 'shutdown';

/** One announced end of an instance, or of its service. */
export interface Interruption {
  readonly kind: InterruptionKind;
  /** When the instance is gone, where the notice says so. */
  readonly at?: Date;
}

/** What counts as an interruption, and how long after it work may go on. */
export interface InterruptionConfiguration {
  readonly onRebalance: 'ignore' | 'drain';
  readonly pollSeconds: number;
  readonly drainSeconds: number;
  readonly spotMarginSeconds: number;
}

/**
 * Until when work may go on: the earliest of the time that the notices leave, less a margin, and the drain time.
 *
 * @param since when the first of the interruptions was seen, milliseconds since 1970
 */
export function deadlineOf(
  interruptions: readonly Interruption[],
  since: number,
  configuration: InterruptionConfiguration,
): number {
  const margin = configuration.spotMarginSeconds * 1000;
  const notices = interruptions.flatMap(({ at }) => (at ? [at.getTime() - margin] : []));
  return Math.min(since + configuration.drainSeconds * 1000, ...notices);
}

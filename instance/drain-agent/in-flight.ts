/** Counts the requests that the instance has accepted and not answered. */
export interface InFlight {
  /** @throws Error when it cannot be known now */
  count(): Promise<number>;
}

/** How one request went. */
export interface LoadRecord {
  readonly behaviour: string;
  readonly outcome: string;
  /** Milliseconds, by `performance.now()`. */
  readonly started: number;
  readonly ended: number;
}

/** How all requests of a load went. */
export class LoadReport {
  public readonly records: LoadRecord[] = [];

  public add(record: LoadRecord): void {
    this.records.push(record);
  }

  /** What may not be. */
  public get wrong(): readonly LoadRecord[] {
    return this.records.filter(({ outcome }) => outcome.startsWith('WRONG'));
  }

  /**
   * Requests that ended with a connection that failed, or a proxy's error, outside of some spans of time. Of which only a
   * half was sent is none that was accepted: a server that drains waits 5 s for the rest.
   */
  public failedOutside(spans: readonly (readonly [number, number])[]): readonly LoadRecord[] {
    return this.records
      .filter(({ outcome }) => /^cut off|^failed to connect|proxy$/.test(outcome))
      .filter(({ behaviour }) => !/halfSentBody/i.test(behaviour))
      .filter(({ started, ended }) => !spans.some(([from, to]) => started <= to && ended >= from));
  }

  public count(pattern: RegExp): number {
    return this.records.filter(({ outcome }) => pattern.test(outcome)).length;
  }

  /** Counts by behaviour and outcome. */
  public table(): string {
    const counts = new Map<string, number>();
    for (const { behaviour, outcome } of this.records) {
      const key = `${behaviour.padEnd(20)} ${outcome.slice(0, 60)}`;
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    return [...counts]
      .sort()
      .map(([key, count]) => `${String(count).padStart(7)}  ${key}`)
      .join('\n');
  }
}

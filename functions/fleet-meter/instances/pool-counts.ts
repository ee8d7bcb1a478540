/** Instances of a group that are alike: what they cost and draw is the same. */
export interface Pool {
  readonly instanceType: string;
  readonly zone: string;
  readonly spot: boolean;
  /** How many there are. */
  instances: number;
  /** vCPUs of each of them; undefined when they are not known. */
  readonly vcpus?: number;
}

/** What is counted of an instance. */
export interface CountedInstance {
  readonly instanceType: string;
  readonly zone: string;
  readonly spot: boolean;
  readonly vcpus?: number;
}

/** The instances of one group by type, zone, purchase option and vCPUs: its size follows the fleet's variety, not its size. */
export class PoolCounts {
  private readonly byKey = new Map<string, Pool>();

  public add({ instanceType, zone, spot, vcpus }: CountedInstance): void {
    const key = `${instanceType} ${zone} ${spot} ${vcpus}`;
    let pool = this.byKey.get(key);
    if (pool === undefined) {
      pool = { instanceType: copyOf(instanceType), zone: copyOf(zone), spot, instances: 0, vcpus };
      this.byKey.set(copyOf(key), pool);
    }
    pool.instances += 1;
  }

  public get pools(): readonly Pool[] {
    return [...this.byKey.values()];
  }
}

/**
 * The same text in memory of its own: V8 keeps a part of a text as a reference into the whole, so that one kept id would
 * keep a page of megabytes.
 */
export function copyOf(text: string): string {
  return Buffer.from(text, 'utf8').toString('utf8');
}

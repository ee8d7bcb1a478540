/** Instances of a group that are alike. */
export interface SimulatedPool {
  readonly instanceType: string;
  readonly zone: string;
  /** @default - EC2 does not say */
  readonly vcpus?: number;
  readonly count: number;
  /** @default false */
  readonly spot?: boolean;
}

/** An Auto Scaling group with its running instances. */
export interface SimulatedFleet {
  readonly group: string;
  readonly pools: readonly SimulatedPool[];
}

/** One instance, as EC2 knows it. */
export interface SimulatedInstance extends SimulatedPool {
  readonly group: string;
  readonly id: string;
}

export function sizeOf({ pools }: SimulatedFleet): number {
  return pools.reduce((sum, { count }) => sum + count, 0);
}

/** The instances of fleets from an offset on, without ever listing all of them. */
export function instancesOf(fleets: readonly SimulatedFleet[], offset: number, most: number): SimulatedInstance[] {
  const found: SimulatedInstance[] = [];
  let skip = offset;
  for (const { group, pools } of fleets) {
    for (const [index, pool] of pools.entries()) {
      for (let number = Math.min(skip, pool.count); number < pool.count && found.length < most; number++) {
        found.push({ ...pool, group, id: instanceId(group, index, number) });
      }
      skip = Math.max(0, skip - pool.count);
    }
  }
  return found;
}

/** 17 hexadecimal digits, of which EC2's first is 0. */
function instanceId(group: string, pool: number, number: number): string {
  const hash = [...group].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 0xffff_ffff, 7);
  const digits = [hash.toString(16).padStart(8, '0'), pool.toString(16).padStart(2, '0')];
  return `i-0${digits.join('')}${number.toString(16).padStart(6, '0')}`;
}

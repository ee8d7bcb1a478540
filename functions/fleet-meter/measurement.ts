import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { EC2Client } from '@aws-sdk/client-ec2';
import { reasonOf } from '../../instance/common/json-log';
import { Deadline, DeadlineExceeded } from './deadline';
import { cpuUtilization } from './figures/cpu-utilization';
import { SpotPrices } from './figures/spot-prices';
import { inParallel } from './in-parallel';
import { Pool, PoolCounts } from './instances/pool-counts';
import { scanInstances } from './instances/scan-instances';

/**
 * Pages of different groups that are read at the same time: EC2 takes about a second for a page of 1,000, and each one
 * that is read takes memory.
 */
const SCANS_AT_A_TIME = 4;

/** What was read of the fleets, and what could not be read. */
export interface Measurement {
  /** Running instances by group; a group that could not be counted is absent. */
  readonly counts: ReadonlyMap<string, readonly Pool[]>;
  readonly spotPrices?: SpotPrices;
  readonly cpuUtilization?: ReadonlyMap<string, number>;
  /** Why a group has no figures, or not all of them. */
  readonly failures: ReadonlyMap<string, string>;
}

/** Reads what a run needs to know. A part that fails leaves the others as they are. */
export class Measuring {
  private readonly counts = new Map<string, readonly Pool[]>();
  private readonly failures = new Map<string, string>();

  public constructor(
    private readonly ec2: EC2Client,
    private readonly cloudWatch: CloudWatchClient,
    private readonly time: Date,
    private readonly deadline: Deadline,
  ) {}

  public async measure(scans: readonly (readonly string[])[]): Promise<Measurement> {
    await inParallel(scans, SCANS_AT_A_TIME, (groups) => this.scan(groups));
    const pools = [...this.counts].map(([group, counted]) => ({ group, counted }));
    const withSpot = pools.filter(({ counted }) => counted.some(({ spot }) => spot));
    const running = pools.filter(({ counted }) => counted.length > 0).map(({ group }) => group);
    const spotTypes = withSpot.flatMap(({ counted }) => counted.filter(({ spot }) => spot));
    const types = [...new Set(spotTypes.map(({ instanceType }) => instanceType))].sort();
    const [spotPrices, cpu] = await Promise.all([
      this.tried(
        withSpot.map(({ group }) => group),
        'Spot prices',
        (signal) => SpotPrices.at(this.ec2, this.time, types, signal),
      ),
      this.tried(running, 'CPU utilization', (signal) => cpuUtilization(this.cloudWatch, this.time, running, signal)),
    ]);
    return { counts: this.counts, spotPrices, cpuUtilization: cpu, failures: this.failures };
  }

  /** Groups that cannot be counted together are asked for one by one: the failure of one is not that of the others. */
  private async scan(groups: readonly string[]): Promise<void> {
    try {
      this.keep(await this.deadline.race((signal) => scanInstances(this.ec2, groups, signal)));
    } catch (error) {
      if (groups.length > 1 && !asksForLess(error)) {
        await inParallel(groups, 1, (group) => this.scan([group]));
      } else {
        this.fail(groups, 'instances', error);
      }
    }
  }

  private keep(counts: ReadonlyMap<string, PoolCounts>): void {
    for (const [group, { pools }] of counts) {
      this.counts.set(group, pools);
    }
  }

  private async tried<T>(
    groups: readonly string[],
    what: string,
    work: (signal: AbortSignal) => Promise<T>,
  ): Promise<T | undefined> {
    if (groups.length === 0) {
      return undefined;
    }
    try {
      return await this.deadline.race(work);
    } catch (error) {
      this.fail(groups, what, error);
      return undefined;
    }
  }

  private fail(groups: readonly string[], what: string, error: unknown): void {
    for (const group of groups) {
      const earlier = this.failures.get(group);
      const reason = `${what}: ${reasonOf(error)}`;
      this.failures.set(group, earlier === undefined ? reason : `${earlier}; ${reason}`);
    }
  }
}

/** More requests would make it worse. */
function asksForLess(error: unknown): boolean {
  return error instanceof DeadlineExceeded || (error instanceof Error && error.name === 'RequestLimitExceeded');
}

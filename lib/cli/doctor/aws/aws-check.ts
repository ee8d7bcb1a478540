import { AwsRefusal } from '../../aws/aws-refusal';
import { AwsRegion } from '../../aws/aws-region';
import { AssemblyFleet } from '../../deployed/assembly-fleets';
import { AssemblyGroup } from '../../deployed/assembly-groups';
import { PhysicalNames } from '../../deployed/physical-names';
import { Check, problem, skipped } from '../check';

/** What is deployed, or will be, in one region. */
export interface RegionUnderTest {
  readonly aws: AwsRegion;
  readonly names: PhysicalNames;
  readonly groups: readonly AssemblyGroup[];
  readonly fleets: readonly AssemblyFleet[];
  /** Seconds since 1970. */
  readonly now: number;
}

/** A question to AWS about a region. */
export interface AwsCheck {
  readonly id: string;
  readonly check: (region: RegionUnderTest) => Promise<Check[]>;
}

/** Asks, and makes a check of it when AWS gives no answer; only the first to meet what is lasting is a problem. */
export async function askCheck({ id, check }: AwsCheck, region: RegionUnderTest): Promise<Check[]> {
  const before = region.aws.refused;
  try {
    return await check(region);
  } catch (error) {
    if (!(error instanceof AwsRefusal)) {
      throw error;
    }
    return [before ? skipped(id, `${error.message}, as before`) : problem(id, error.message, error.fix)];
  }
}

/** Every instance type that a group of the region may have. */
export function typesIn({ groups }: RegionUnderTest): string[] {
  return [...new Set(groups.flatMap(({ instanceTypes }) => instanceTypes))].sort();
}

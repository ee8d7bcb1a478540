import { AwsRegion } from '../../aws/aws-region';
import { assemblyFleets } from '../../deployed/assembly-fleets';
import { assemblyGroups } from '../../deployed/assembly-groups';
import { PhysicalNames } from '../../deployed/physical-names';
import { AssemblyStack } from '../../preview/assembly/read-assembly';
import { Check, skipped } from '../check';
import { askCheck } from './aws-check';
import { METRICS_ARRIVE } from './metrics-arrive';
import { OFFERINGS } from './offerings';
import { VCPU_QUOTAS } from './quotas';
import { SPOT_PRICES } from './spot-prices';
import { TYPE_FACTS } from './type-facts';

const CHECKS = [OFFERINGS, TYPE_FACTS, VCPU_QUOTAS, SPOT_PRICES, METRICS_ARRIVE];

/**
 * Asks AWS for what the groups of stacks need, in each of their regions.
 *
 * @param region of stacks that do not say theirs
 * @param say what is being asked
 * @throws UsageError when a region is not known
 */
export async function checkAws(
  stacks: readonly AssemblyStack[],
  region: string | undefined,
  say: (what: string) => void,
): Promise<Check[]> {
  const groups = stacks.flatMap((stack) => assemblyGroups(stack, region));
  if (groups.length === 0) {
    return [skipped('aws', 'no Auto Scaling group in the stacks')];
  }
  const fleets = assemblyFleets(stacks, region);
  const checks: Check[] = [];
  for (const name of new Set(groups.map((group) => group.region))) {
    const aws = await AwsRegion.open(name);
    const here = {
      aws,
      names: new PhysicalNames(aws, new Map()),
      groups: groups.filter((group) => group.region === name),
      fleets: fleets.filter((fleet) => fleet.region === name),
      now: Math.floor(Date.now() / 1000),
    };
    for (const check of CHECKS) {
      say(`asking AWS in ${name}: ${check.id}`);
      const found = await askCheck(check, here);
      checks.push(...found.map((each) => ({ ...each, found: `${name}: ${each.found}` })));
    }
  }
  return checks;
}

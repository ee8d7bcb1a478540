import { openAssembly } from '../open-assembly';
import { UsageError } from '../usage-error';
import { PLAN_FORMAT_VERSION, PlanReport, StackPlan } from './plan-report';
import { readStacks } from './read/read-stacks';
import { environmentTotals, totalsOf } from './totals';

/** Makes the report of stacks, whatever they were read from. */
export function buildReport(source: string, stacks: readonly StackPlan[]): PlanReport {
  return {
    formatVersion: PLAN_FORMAT_VERSION,
    source,
    stacks,
    environments: environmentTotals(stacks),
    totals: totalsOf(stacks),
  };
}

/**
 * Plans a cloud assembly.
 *
 * @param directory the output of `cdk synth`, usually `cdk.out`
 * @throws UsageError when the directory is no cloud assembly, or has no fleet
 */
export function planAssembly(directory: string): PlanReport {
  const stacks = readStacks(openAssembly(directory));
  if (stacks.every(({ fleets }) => fleets.length === 0)) {
    throw new UsageError(
      `${directory}: got a cloud assembly without fleets, allowed one with a fleet of cdk-graviton-fleet: ` +
        'add one to the app and run "cdk synth" again',
    );
  }
  return buildReport(directory, stacks);
}

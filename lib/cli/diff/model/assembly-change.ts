import { CloudAssembly } from 'aws-cdk-lib/cx-api';
import { StackPlan } from '../../plan/plan-report';
import { readStacks } from '../../plan/read/read-stacks';
import { totalsOf } from '../../plan/totals';
import { FigureChange } from './band';
import { compareFleets, FIGURE_NAMES, FigureName, FleetChange, TotalChange, totalOf } from './fleet-change';
import { compareStacks, StackChange } from './stack-change';

/** What changes between two cloud assemblies. */
export interface AssemblyChange {
  /** Stacks that change; those that stay the same are left out. */
  readonly stacks: StackChange[];
  /** All fleets of either side. */
  readonly fleets: FleetChange[];
  readonly totals: Readonly<Record<FigureName, TotalChange>>;
  /** What alarms, dashboards, meters and the metrics of servers cost, in USD per month. */
  readonly monitoringUsdPerMonth: FigureChange;
  /** Warnings that only the newer side has, each with the path of its construct. */
  readonly newWarnings: string[];
  /** Number of warnings that only the older side has. */
  readonly resolvedWarnings: number;
  /** What the reader must know of how the sides were made. */
  readonly notes: string[];
}

/** Compares two cloud assemblies. */
export function compareAssemblies(base: CloudAssembly, head: CloudAssembly, notes: string[] = []): AssemblyChange {
  const [basePlan, headPlan] = [readStacks(base), readStacks(head)];
  const fleets = compareFleets(basePlan, headPlan);
  const totals = FIGURE_NAMES.map((name) => [name, totalOf(fleets, name)] as const);
  const [before, after] = [warningsOf(basePlan), warningsOf(headPlan)];
  return {
    stacks: compareStacks(base.stacksRecursively, head.stacksRecursively),
    fleets,
    totals: Object.fromEntries(totals) as Record<FigureName, TotalChange>,
    monitoringUsdPerMonth: {
      before: totalsOf(basePlan).monitoringUsdPerMonth,
      after: totalsOf(headPlan).monitoringUsdPerMonth,
    },
    newWarnings: [...after].filter((warning) => !before.has(warning)),
    resolvedWarnings: [...before].filter((warning) => !after.has(warning)).length,
    notes,
  };
}

/** Whether anything differs that a reader would want to know. */
export function isEmpty({ stacks, fleets, newWarnings }: AssemblyChange): boolean {
  return stacks.length === 0 && newWarnings.length === 0 && fleets.every(({ kind }) => kind === 'unchanged');
}

function warningsOf(stacks: readonly StackPlan[]): Set<string> {
  return new Set(stacks.flatMap(({ warnings }) => warnings));
}

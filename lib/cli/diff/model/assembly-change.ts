import { CloudAssembly, SynthesisMessageLevel } from 'aws-cdk-lib/cx-api';
import { ESTIMATE_METADATA, FleetEstimate } from '../../../economics/fleet-estimate';
import { compareFleets, FIGURE_NAMES, FigureName, FleetChange, TotalChange, totalOf } from './fleet-change';
import { compareStacks, StackChange } from './stack-change';

/** What changes between two cloud assemblies. */
export interface AssemblyChange {
  /** Stacks that change; those that stay the same are left out. */
  readonly stacks: StackChange[];
  /** All fleets with an estimate, of either side. */
  readonly fleets: FleetChange[];
  readonly totals: Readonly<Record<FigureName, TotalChange>>;
  /** Warnings that only the newer side has, each with the path of its construct. */
  readonly newWarnings: string[];
  /** Number of warnings that only the older side has. */
  readonly resolvedWarnings: number;
  /** What the reader must know of how the sides were made. */
  readonly notes: string[];
}

/** Compares two cloud assemblies. */
export function compareAssemblies(base: CloudAssembly, head: CloudAssembly, notes: string[] = []): AssemblyChange {
  const fleets = compareFleets(estimatesOf(base), estimatesOf(head));
  const totals = FIGURE_NAMES.map((name) => [name, totalOf(fleets, name)] as const);
  const [before, after] = [warningsOf(base), warningsOf(head)];
  return {
    stacks: compareStacks(base.stacksRecursively, head.stacksRecursively),
    fleets,
    totals: Object.fromEntries(totals) as Record<FigureName, TotalChange>,
    newWarnings: [...after].filter((warning) => !before.has(warning)),
    resolvedWarnings: [...before].filter((warning) => !after.has(warning)).length,
    notes,
  };
}

/** Whether anything differs that a reader would want to know. */
export function isEmpty({ stacks, fleets, newWarnings }: AssemblyChange): boolean {
  return stacks.length === 0 && newWarnings.length === 0 && fleets.every(({ kind }) => kind === 'unchanged');
}

function estimatesOf(assembly: CloudAssembly): FleetEstimate[] {
  return assembly.stacksRecursively.flatMap((stack) =>
    stack.findMetadataByType(ESTIMATE_METADATA).map(({ data }) => data as unknown as FleetEstimate),
  );
}

function warningsOf(assembly: CloudAssembly): Set<string> {
  const warnings = assembly.stacksRecursively.flatMap(({ messages }) =>
    messages
      .filter(({ level }) => level === SynthesisMessageLevel.WARNING)
      .map(({ id, entry }) => `${id}: ${entry.data as string}`),
  );
  return new Set(warnings);
}

import { DocumentReader, isNothing } from '../document/document-reader';
import { NamedParts } from './stack-names';
import { TemplatePart } from './template-part';

/** What is over several fleets. */
export interface FleetGroup extends TemplatePart {
  readonly type: 'FleetDashboardProps' | 'PowerBudgetProps' | 'CostBudgetProps' | 'BillingBudgetProps';
  readonly fleetNames: readonly string[];
}

const BUDGETS = {
  powerBudget: 'PowerBudgetProps',
  costBudget: 'CostBudgetProps',
  billingBudget: 'BillingBudgetProps',
} as const;

type BudgetKey = keyof typeof BUDGETS;

/** The dashboards and budgets of a file, with the fleets that they name. */
export function readGroups(reader: DocumentReader, names: NamedParts, fleets: readonly string[]): FleetGroup[] {
  const dashboards = names.read('dashboards').map((part) => group(reader, part, 'FleetDashboardProps', fleets));
  const budgets = names.read('budgets').flatMap((part) => budgetOf(reader, part, fleets));
  return [...dashboards, ...budgets];
}

function budgetOf(reader: DocumentReader, part: TemplatePart, fleets: readonly string[]): FleetGroup[] {
  const kinds = Object.keys(BUDGETS);
  reader.refuseOtherKeys(part.path, kinds);
  const [kind, second] = reader.keys(part.path).filter((key) => kinds.includes(key)) as BudgetKey[];
  if (second !== undefined) {
    reader.refuse(part.path, `${kind} and ${second}`, `one of ${kinds.join(', ')}`, 'make two budgets of them');
  }
  if (kind === undefined) {
    reader.refuse(
      part.path,
      'none of its kinds',
      `one of ${kinds.join(', ')}`,
      'write the kind of the budget as its key',
    );
    return [];
  }
  const path = [...part.path, kind];
  const value = reader.requiredMap(path);
  return value ? [group(reader, { ...part, path, value }, BUDGETS[kind], fleets)] : [];
}

function group(
  reader: DocumentReader,
  part: TemplatePart,
  type: FleetGroup['type'],
  known: readonly string[],
): FleetGroup {
  const path = [...part.path, 'fleets'];
  const fleetNames = reader.texts(path);
  const fleets = reader.at(path);
  if (fleets === undefined || (fleets.kind === 'list' ? fleets.items.length === 0 : isNothing(fleets))) {
    // Nothing would be made of it, and nobody would be told.
    reader.refuse(path, 'no fleet', 'names of fleets of this file', 'name the fleets in a list');
  }
  fleetNames.forEach((name, index) => {
    if (!known.includes(name)) {
      reader.refuseUnknown([...path, index], name, 'fleet', known);
    }
  });
  return { ...part, type, fleetNames };
}

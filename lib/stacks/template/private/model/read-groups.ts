import { DocumentReader, isNothing } from '../document/document-reader';
import { LocatedValue, ValuePath } from '../document/located-value';
import { NamedParts } from './stack-names';
import { TemplatePart } from './template-part';

/** What is over several fleets. */
export interface FleetGroup extends TemplatePart {
  readonly type:
    'FleetDashboardProps' | 'FleetMeterProps' | 'PowerBudgetProps' | 'CostBudgetProps' | 'BillingBudgetProps';
  readonly fleetNames: readonly string[];
}

/** The names of a file's fleets, by what a group can do with them. */
export interface GroupedNames {
  /** Fleets with an Auto Scaling group, or several. */
  readonly fleets: readonly string[];
  /** Those of them that are several. */
  readonly several: readonly string[];
  /** Fleets whose instances an engine launches, in no group that would have metrics or bounds. */
  readonly engines: readonly string[];
}

const BUDGETS = {
  powerBudget: 'PowerBudgetProps',
  costBudget: 'CostBudgetProps',
  billingBudget: 'BillingBudgetProps',
} as const;

type BudgetKey = keyof typeof BUDGETS;

/** The dashboards, budgets and meters of a file, with the fleets that they name. */
export function readGroups(reader: DocumentReader, names: NamedParts, fleets: GroupedNames): FleetGroup[] {
  const dashboards = names.read('dashboards').map((part) => group(reader, part, 'FleetDashboardProps', fleets));
  const budgets = names.read('budgets').flatMap((part) => budgetOf(reader, part, fleets));
  const meters = names.read('meters').map((part) => group(reader, part, 'FleetMeterProps', fleets));
  return [...dashboards, ...budgets, ...meters];
}

function budgetOf(reader: DocumentReader, part: TemplatePart, fleets: GroupedNames): FleetGroup[] {
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
  { fleets: known, several, engines }: GroupedNames,
): FleetGroup {
  const path = [...part.path, 'fleets'];
  const fleetNames = reader.texts(path);
  const fleets = reader.at(path);
  if (fleets === undefined || (fleets.kind === 'list' ? fleets.items.length === 0 : isNothing(fleets))) {
    // Nothing would be made of it, and nobody would be told.
    reader.refuse(path, 'no fleet', 'names of fleets of this file', 'name the fleets in a list');
  }
  fleetNames.forEach((name, index) => {
    if (engines.includes(name)) {
      const allowed = known.join(', ') || 'nothing: the file has no fleet with an Auto Scaling group';
      const got = `${name}, whose instances are in no Auto Scaling group of the fleet`;
      reader.refuse([...path, index], got, allowed, 'remove it; "graviton-fleet plan" says what it may cost and draw');
    } else if (!known.includes(name)) {
      reader.refuseUnknown([...path, index], name, 'fleet', known);
    }
  });
  refuseSeveral(reader, part.path, part.value, several);
  return { ...part, type, fleetNames };
}

/** What a group says of one fleet (a percentage of a budget, a price of its own) cannot be said of several together. */
function refuseSeveral(reader: DocumentReader, path: ValuePath, value: LocatedValue, several: readonly string[]): void {
  if (value.kind === 'list') {
    value.items.forEach((item, index) => refuseSeveral(reader, [...path, index], item, several));
  }
  for (const [key, { value: below }] of value.kind === 'map' ? value.entries : []) {
    const place = [...path, key];
    if (key === 'fleet' && below.kind === 'scalar' && several.includes(`${below.value}`)) {
      const fix = 'leave it out: what the group says of all fleets holds for each cell';
      reader.refuse(place, `${below.value}, which is several cells`, 'the name of one fleet', fix);
    } else {
      refuseSeveral(reader, place, below, several);
    }
  }
}

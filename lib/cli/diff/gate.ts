import { UsageError } from '../usage-error';
import { AssemblyChange } from './model/assembly-change';
import { Band, FigureChange } from './model/band';
import { FigureName, FleetChange } from './model/fleet-change';

/** What a change may not do, and whether it does. */
export interface GateVerdict {
  /** The gate as it was asked for, for example `cost:+10%`. */
  readonly gate: string;
  /** Why the gate is closed; none when it is open. */
  readonly reasons: string[];
}

/** Finds what closes a gate. */
interface Gate {
  readonly name: string;
  readonly reasonsOf: (change: AssemblyChange) => string[];
}

const COST = /^cost:\+(\d+(?:\.\d+)?)(%?)$/;

/**
 * Reads the value of --fail-on.
 *
 * @throws UsageError with every word that is no gate
 */
export function parseGates(text: string): Gate[] {
  const words = text.split(',').map((word) => word.trim());
  const gates = words.map((word) => gateOf(word));
  const unknown = words.filter((_, index) => gates[index] === undefined);
  if (unknown.length > 0) {
    throw new UsageError(
      `--fail-on: got ${unknown.map((word) => JSON.stringify(word)).join(', ')}, ` +
        'allowed replacement, iam, network, cost:+10% and cost:+500 (USD per month), separated by commas',
    );
  }
  return gates.filter((gate) => gate !== undefined);
}

/** Judges a change by each gate. */
export function judge(change: AssemblyChange, gates: readonly Gate[]): GateVerdict[] {
  return gates.map(({ name, reasonsOf }) => ({ gate: name, reasons: reasonsOf(change) }));
}

function gateOf(word: string): Gate | undefined {
  switch (word) {
    case 'replacement':
      return { name: word, reasonsOf: replacements };
    case 'iam':
      return { name: word, reasonsOf: iamWidening };
    case 'network':
      return { name: word, reasonsOf: networkWidening };
    default: {
      const [, limit, percent] = COST.exec(word) ?? [];
      return limit === undefined ? undefined : { name: word, reasonsOf: (change) => cost(change, +limit, !!percent) };
    }
  }
}

function replacements({ stacks }: AssemblyChange): string[] {
  return stacks.flatMap(({ losses }) =>
    losses.map(({ path, type, impact }) => `${path} (${type}) is ${impact}`.replace('is may', 'may')),
  );
}

function iamWidening({ stacks }: AssemblyChange): string[] {
  return stacks
    .filter(({ iam }) => iam.widened.length > 0)
    .map(({ stack, iam }) =>
      `${stack} widens ${iam.widened.length} permissions`.replace(/ 1 permissions$/, ' 1 permission'),
    );
}

function networkWidening({ stacks }: AssemblyChange): string[] {
  return stacks
    .filter(({ network }) => network.widened.length > 0)
    .map(({ stack, network }) => `${stack} opens ${network.widened.length} ways`.replace(/ 1 ways$/, ' 1 way'));
}

/** The sizes by which cost is judged: what a fleet always has, and what it may grow to. */
const SIZES: Readonly<Record<string, { readonly figures: readonly FigureName[]; readonly monitoring: keyof Band }>> = {
  'at the least size': { figures: ['effectiveUsdPerMonth', 'listUsdPerMonth'], monitoring: 'low' },
  'at the greatest size': { figures: ['greatestEffectiveUsdPerMonth', 'greatestListUsdPerMonth'], monitoring: 'high' },
};

/**
 * By what is paid where that is known on both sides, else by list prices; by the dearest types that a fleet may have, and
 * with monitoring.
 */
function cost({ fleets, monitoringUsdPerMonth }: AssemblyChange, limit: number, isPercent: boolean): string[] {
  const dearer = Object.entries(SIZES).flatMap(([size, { figures, monitoring }]) => {
    const prices = fleets.flatMap((fleet) => priceOf(fleet, figures) ?? []);
    const sum = (side: keyof FigureChange) =>
      prices.reduce((total, price) => total + (price[side]?.high ?? 0), monitoringUsdPerMonth[side]?.[monitoring] ?? 0);
    const before = sum('before');
    const more = sum('after') - before;
    const allowed = isPercent ? (before * limit) / 100 : limit;
    // A hundredth of a cent is no cost, but what is left of floating point numbers.
    return more > allowed + 0.0001
      ? [`${more.toFixed(2)} USD more per month ${size}, allowed ${allowed.toFixed(2)}`]
      : [];
  });
  const unknown = fleets.filter(
    (fleet) =>
      (fleet.kind === 'added' || fleet.kind === 'changed') &&
      Object.values(SIZES).some(({ figures }) => priceOf(fleet, figures) === undefined),
  );
  return [...dearer, ...unknown.map(({ fleet, kind }) => `${fleet} is ${kind}, and its price is not known`)];
}

function priceOf({ figures }: FleetChange, names: readonly FigureName[]): FigureChange | undefined {
  return names.map((name) => figures[name]).find(({ before, after }) => before !== undefined && after !== undefined);
}

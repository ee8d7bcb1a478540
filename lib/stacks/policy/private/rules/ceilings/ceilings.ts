import { PowerModel, PowerUsageEffectiveness, PriceBook } from '../../../../../catalog';
import { monthlyPrice } from '../../../../../economics/budget/private/alarms/price-term';
import { lastingUnits, momentaryUnits } from '../../../../../economics/budget/private/bounds/group-peak';
import { highKilowatts } from '../../../../../economics/budget/private/high-kilowatts';
import { FleetPolicyRules, PolicyCeiling } from '../../../fleet-policy-rules';
import { UnknownPrices } from '../../../unknown-prices';
import { PolicedFleet } from '../../policed/policed-fleet';
import { BudgetCount, WorstCase } from '../../policed/worst-case';
import { PolicyRule, RuleFinding, RuleFlaw } from '../../policy-rule';
import { ceilingWidenings, figureFlaws, unknownSize } from '../values/numbers';

/** What a ceiling is counted in. */
interface CeilingUnit {
  readonly symbol: string;
  readonly digits: number;
  readonly count: () => BudgetCount;
  /** What is said of a type whose figure is not known; nothing when it is let through. */
  readonly unknown: (types: readonly string[], fleet: PolicedFleet, rules: FleetPolicyRules) => RuleFinding | undefined;
}

/** Fleets that a message about all of them names. */
const GREATEST_LISTED = 5;

const UNKNOWN_REGION = {
  got: 'a region that is only known at deployment',
  allowed: 'a region, whose power usage effectiveness counts',
  fix: 'give the stack an env with its region',
};

const KILOWATTS: CeilingUnit = {
  symbol: 'kW',
  digits: 3,
  count: () => {
    const sources = { model: PowerModel.published(), powerUsageEffectiveness: PowerUsageEffectiveness.published() };
    return {
      // Without a region the power usage effectiveness would be an average, which regions exceed.
      figureOf: (type, { construct, region }) =>
        region ? highKilowatts(sources, type, construct)?.fullLoad : undefined,
      countsPool: () => true,
      unitsAt: (limit, facts) => momentaryUnits(limit, facts, 0),
      isMomentary: true,
    };
  },
  unknown: (types, { region }) =>
    region === undefined
      ? { key: 'env.region', ...UNKNOWN_REGION }
      : {
          key: 'capacity.instanceTypes',
          got: `${types.join(', ')}, whose power is unknown to "${PowerModel.published().name}"`,
          allowed: 'types whose power is known, because nothing can be proved of another',
          fix: 'leave the type out',
        },
};

const USD_PER_MONTH: CeilingUnit = {
  symbol: 'USD per month',
  digits: 2,
  count: () => {
    const priceBook = PriceBook.published();
    return {
      figureOf: (type, { construct }) => monthlyPrice(priceBook, type, construct),
      countsPool: ({ running }) => running,
      unitsAt: lastingUnits,
      isMomentary: false,
    };
  },
  unknown: (types, { region }, { unknownPrices = UnknownPrices.REFUSE }) =>
    unknownPrices === UnknownPrices.ALLOW && region !== undefined
      ? undefined
      : {
          key: 'capacity.instanceTypes',
          got: `${types.join(', ')}, whose price is not known in ${region ?? 'a region that is only known at deployment'}`,
          allowed: 'types whose price is known there, because nothing can be said of another',
          fix: 'leave the type out, or let the platform team set unknownPrices: allow',
        },
};

export const maxKilowatts = ceiling('maxKilowatts', KILOWATTS);
export const maxUsdPerMonth = ceiling('maxUsdPerMonth', USD_PER_MONTH);

function ceiling<Name extends 'maxKilowatts' | 'maxUsdPerMonth'>(name: Name, unit: CeilingUnit): PolicyRule<Name> {
  const caseOf = worstCases(unit);
  return {
    name,
    flaws: (value) => ceilingFlaws(value),
    findings: (fleet, { perFleet }, rules) => {
      const worst = caseOf(fleet);
      const ofOne = perFleet === undefined ? [] : findingsOfOne(fleet, worst, perFleet, unit);
      return [...unknownFindings(fleet, worst, unit, rules), ...ofOne];
    },
    findingsOfAll: (fleets, { inTotal }) => {
      const cases = fleets.map((fleet) => ({ path: fleet.path, figure: caseOf(fleet).figure ?? 0 }));
      return inTotal === undefined ? [] : findingsOfSum(cases, inTotal, unit);
    },
    widenings: (narrower, wider) => [
      ...ceilingWidenings(narrower.perFleet, wider.perFleet, ` ${unit.symbol}`, '.perFleet'),
      ...ceilingWidenings(narrower.inTotal, wider.inTotal, ` ${unit.symbol}`, '.inTotal'),
    ],
    merged: (narrower, wider) => ({ ...wider, ...narrower }),
  };
}

/** The worst case of each fleet, counted once: a rule asks for it and for the sum of all. */
function worstCases({ count }: CeilingUnit): (fleet: PolicedFleet) => WorstCase {
  const known = new WeakMap<PolicedFleet, WorstCase>();
  return (fleet) => {
    const worst = known.get(fleet) ?? fleet.worstCase(count());
    known.set(fleet, worst);
    return worst;
  };
}

function ceilingFlaws({ perFleet, inTotal }: PolicyCeiling): RuleFlaw[] {
  if (perFleet === undefined && inTotal === undefined) {
    const fix = 'give one of them, or leave the rule out';
    return [{ got: 'neither perFleet nor inTotal', allowed: 'perFleet, inTotal or both', fix }];
  }
  return Object.entries({ perFleet, inTotal }).flatMap(([key, value]) =>
    value === undefined ? [] : figureFlaws(value, (figure) => figure > 0, 'a number above 0', `.${key}`),
  );
}

function unknownFindings(
  fleet: PolicedFleet,
  { unknownSize: isUnknown, unknownTypes }: WorstCase,
  unit: CeilingUnit,
  rules: FleetPolicyRules,
): RuleFinding[] {
  const ofTypes = unknownTypes.length > 0 ? unit.unknown(unknownTypes, fleet, rules) : undefined;
  return [...(isUnknown ? [unknownSize(fleet)] : []), ...(ofTypes ? [ofTypes] : [])];
}

function findingsOfOne(
  fleet: PolicedFleet,
  { figure, densest }: WorstCase,
  most: number,
  unit: CeilingUnit,
): RuleFinding[] {
  return figure !== undefined && figure > most
    ? [
        {
          at: '.perFleet',
          key: fleet.capacity.size._names.max,
          got: `${rounded(figure, unit)} in the worst mix (${densest} has the most for its size)`,
          allowed: `at most ${most} ${unit.symbol}`,
          fix: 'lower the greatest size, or leave out the types that need most',
        },
      ]
    : [];
}

/** A fleet, and its figure in the worst case. */
interface FleetFigure {
  readonly path: string;
  readonly figure: number;
}

function findingsOfSum(cases: readonly FleetFigure[], most: number, unit: CeilingUnit): RuleFinding[] {
  const sum = cases.reduce((total, { figure }) => total + figure, 0);
  if (sum <= most) {
    return [];
  }
  const greatest = [...cases].sort((one, other) => other.figure - one.figure).slice(0, GREATEST_LISTED);
  const parts = greatest.map(({ path, figure }) => `${path} ${rounded(figure, unit)}`);
  const others = cases.length > greatest.length ? `; ${cases.length - greatest.length} more` : '';
  return [
    {
      at: '.inTotal',
      key: 'capacity',
      got: `${rounded(sum, unit)} in the worst mix of all fleets together (${parts.join('; ')}${others})`,
      allowed: `at most ${most} ${unit.symbol}`,
      fix: 'lower the greatest sizes',
    },
  ];
}

/** Rounded up: what is copied from a message is enough. */
function rounded(figure: number, { digits, symbol }: CeilingUnit): string {
  const scale = 10 ** digits;
  return `${Math.ceil(figure * scale - 1e-6) / scale} ${symbol}`;
}

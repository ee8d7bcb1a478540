import { Token } from 'aws-cdk-lib';
import { Problem } from '../../../../validation';
import { FleetSize } from '../../fleet-size';
import { MAX_WEIGHT, Weighing, weightOf } from '../weighing';

const WHOLE_NUMBER_FIX = 'give a whole number of';

/** The types that a size weighs. */
export interface WeighedTypes {
  readonly instanceTypes: readonly string[];
  /** Types that the fleet could have somewhere: a figure for one of them is no mistake. */
  readonly candidates: readonly string[];
}

/** Every problem of the bounds of a fleet's size. */
export function sizeBoundProblems(size: FleetSize, onDemandBase: number): Problem[] {
  const { min, max } = size._names;
  return [
    ...countProblems(min, size.min, 0, size.unit),
    ...countProblems(max, size.max, 1, size.unit),
    ...countProblems('capacity.onDemandBase', onDemandBase, 0, size.unit),
    ...orderProblems(min, size.min, max, size.max),
    ...orderProblems('capacity.onDemandBase', onDemandBase, max, size.max),
  ];
}

/** Every problem of how much of the size each type counts as; none when instances are counted. */
export function weightProblems(size: FleetSize, types: WeighedTypes): Problem[] {
  const weighing = size._weighing;
  if (weighing === undefined) {
    return [];
  }
  const unknown = numberProblems(size, weighing);
  if (unknown.length > 0) {
    return unknown;
  }
  return [
    ...types.instanceTypes.flatMap((type) => typeProblems(type, weighing)),
    ...strayFigures(types, weighing),
    ...largestProblems(size, weighing, types.instanceTypes),
    ...roundedProblems(size, weighing),
  ];
}

/** What is divided must be known at synthesis. */
function numberProblems(size: FleetSize, { perUnit }: Weighing): Problem[] {
  const numbers = { min: size.min, max: size.max, workPerUnit: perUnit };
  const tokens = Object.entries(numbers).filter(([, value]) => Token.isUnresolved(value));
  if (tokens.length > 0) {
    const got = 'a value that is only known at deployment';
    const fix = 'write it out: it is held against what an instance counts as';
    return tokens.map(([name]) => ({ what: `capacity.size.${name}`, got, allowed: 'a number', fix }));
  }
  if (Number.isFinite(perUnit) && perUnit > 0) {
    return [];
  }
  const fix = 'give the work per second that one unit of capacity stands for';
  return [{ what: 'capacity.size.workPerUnit', got: `${perUnit}`, allowed: 'a number above 0', fix }];
}

/** Work is rounded to whole units of capacity, and between two bounds there may be none. */
function roundedProblems(size: FleetSize, { perUnit }: Weighing): Problem[] {
  const { min, max } = size._units;
  if (size.min > size.max || min <= max) {
    return [];
  }
  return [
    {
      what: size._names.max,
      got: `${size.max} ${size.unit}, and no multiple of ${perUnit} from ${size.min} on`,
      allowed: `at least ${min * perUnit}, the next whole number of units of capacity`,
      fix: 'raise it, or give a smaller workPerUnit',
    },
  ];
}

/** Auto Scaling may exceed the greatest size by one instance, so one alone must not already be more. */
function largestProblems(size: FleetSize, weighing: Weighing, instanceTypes: readonly string[]): Problem[] {
  const largest = Math.max(...instanceTypes.map((type) => weightOf(weighing, type) ?? 0), 0);
  if (!(size._units.max < largest)) {
    return [];
  }
  return [
    {
      what: size._names.max,
      got: `${size.max} ${size.unit}`,
      allowed: `at least what the largest instance has (${largest * weighing.perUnit})`,
      fix: 'raise it, or leave out the larger types: one instance would already be more than the fleet may have',
    },
  ];
}

/** Weighs all types or none: Auto Scaling refuses anything between. */
function typeProblems(instanceType: string, weighing: Weighing): Problem[] {
  const weight = weightOf(weighing, instanceType);
  const what = weighing.figures ? 'capacity.size.perInstance' : 'capacity.size';
  if (weight === undefined) {
    const got = `no figure for ${instanceType}`;
    const allowed = `${weighing.what} of every type that the fleet may have`;
    const fix = weighing.figures
      ? 'add what you have measured, or leave the type out'
      : 'count the fleet by FleetSize.workPerSecond or by instances: the catalog does not have this type';
    return [{ what, got, allowed, fix }];
  }
  if (Number.isFinite(weight) && weight >= 1 && weight <= MAX_WEIGHT) {
    return [];
  }
  const figure = weighing.figureOf(instanceType);
  return [
    {
      what,
      got: `${instanceType}: ${figure} ${weighing.what}, which is ${weight} units`,
      allowed: `1 to ${MAX_WEIGHT} units`,
      fix: `choose workPerUnit so that every type counts as 1 to ${MAX_WEIGHT}, such as ${suggestedUnit(weighing)}`,
    },
  ];
}

/** A figure for a type that the fleet never has is most likely misspelt. */
function strayFigures({ candidates }: WeighedTypes, { figures = {} }: Weighing): Problem[] {
  return Object.keys(figures)
    .filter((type) => !candidates.includes(type))
    .map((type) => ({
      what: 'capacity.size.perInstance',
      got: `a figure for ${type}, which the fleet does not have`,
      allowed: candidates.join(', '),
      fix: 'correct the name, or remove the figure',
    }));
}

/** The least power of ten by which the largest figure is a weight. */
function suggestedUnit({ figures = {} }: Weighing): number {
  const largest = Math.max(...Object.values(figures).filter(Number.isFinite), 1);
  return 10 ** Math.max(0, Math.ceil(Math.log10(largest / MAX_WEIGHT)));
}

function countProblems(what: string, value: number, least: number, unit: string): Problem[] {
  if (Token.isUnresolved(value) || (Number.isInteger(value) && value >= least)) {
    return [];
  }
  return [{ what, got: `${value}`, allowed: `a whole number from ${least}`, fix: `${WHOLE_NUMBER_FIX} ${unit}` }];
}

function orderProblems(what: string, low: number, highName: string, high: number): Problem[] {
  if (Token.isUnresolved(low) || Token.isUnresolved(high) || !(low > high)) {
    return [];
  }
  const name = highName.slice(highName.lastIndexOf('.') + 1);
  return [{ what, got: `${low}`, allowed: `at most ${name} (${high})`, fix: `lower it, or raise ${name}` }];
}

import { numberText, Problem } from '../../validation';
import { EffectiveRates, PriceDiscount } from '../price/effective-price';
import { SpotPrices } from '../price/spot-price';
import { nearestWords } from './edit-distance';
import { instanceFactsByType } from './instance-facts-table';
import { familyNames, familyRow } from './instance-tables';

export function rateProblems({ usdPerVcpuHour }: EffectiveRates): Problem[] {
  const unit = 'USD per vCPU-hour';
  const fix = 'divide the price of an instance-hour by the vCPUs of the instance';
  return [
    ...emptyProblems('usdPerVcpuHour', usdPerVcpuHour, 'one family with its rate', '{ m9g: 0.035 }'),
    ...Object.entries(usdPerVcpuHour).flatMap(([name, rate]) => [
      ...amountProblems(`usdPerVcpuHour.${name}`, rate, unit, fix),
      ...nameProblems(`usdPerVcpuHour.${name}`, name),
    ]),
  ];
}

export function discountProblems({ percent, instances }: PriceDiscount): Problem[] {
  const problems = instances === undefined ? [] : coveredProblems(instances);
  if (percent >= 0 && percent < 100) {
    return problems;
  }
  const fix = 'give the percent that the list price is lowered by, for example 27';
  return [{ what: 'percent', got: numberText(percent), allowed: 'a number from 0 to below 100', fix }, ...problems];
}

function coveredProblems(instances: readonly string[]): Problem[] {
  const fix = 'leave it out for a discount on all instances';
  return instances.length === 0
    ? [{ what: 'instances', got: 'none, which is a discount on nothing', allowed: 'at least one', fix }]
    : instances.flatMap((name) => nameProblems('instances', name));
}

export function spotProblems({ usdPerHour }: SpotPrices): Problem[] {
  const fix = 'give the price of a whole instance for an hour';
  return [
    ...emptyProblems('usdPerHour', usdPerHour, 'one instance type with its price', "{ 'm9g.4xlarge': 0.27 }"),
    ...Object.entries(usdPerHour).flatMap(([name, price]) => [
      ...amountProblems(`usdPerHour.${name}`, price, 'USD per instance-hour', fix),
      ...typeProblems(`usdPerHour.${name}`, name),
    ]),
  ];
}

function emptyProblems(what: string, amounts: Record<string, number>, least: string, example: string): Problem[] {
  return Object.keys(amounts).length > 0
    ? []
    : [{ what, got: 'no prices', allowed: `at least ${least}`, fix: `give one, for example ${example}` }];
}

function amountProblems(what: string, amount: number, unit: string, fix: string): Problem[] {
  return Number.isFinite(amount) && amount > 0
    ? []
    : [{ what, got: numberText(amount), allowed: `a number above 0, in ${unit}`, fix }];
}

function nameProblems(what: string, name: string): Problem[] {
  if (familyRow(name) !== undefined || instanceFactsByType().has(name)) {
    return [];
  }
  const nearest = nearestWords(name, familyNames(), 2, 3);
  return [
    {
      what,
      got: `${name}, which is no family or instance type of the catalog`,
      allowed: 'a family such as m9g, or an instance type such as m9g.metal-48xl',
      fix: nearest.length === 0 ? 'correct the name' : `did you mean ${nearest.join(' or ')}?`,
    },
  ];
}

function typeProblems(what: string, name: string): Problem[] {
  if (instanceFactsByType().has(name)) {
    return [];
  }
  const nearest = nearestWords(name, [...instanceFactsByType().keys()], 2, 3);
  return [
    {
      what,
      got: `${name}, which is no instance type of the catalog`,
      allowed: 'an instance type such as m9g.4xlarge',
      fix: nearest.length === 0 ? 'correct the name' : `did you mean ${nearest.join(' or ')}?`,
    },
  ];
}

import { ProblemList } from '../../validation';
import { InstanceFacts } from '../instances/instance-facts';
import { nearestWords } from '../private/edit-distance';
import { instanceFactsByType } from '../private/instance-facts-table';
import { familyNames, familyRow } from '../private/instance-tables';
import { METAL, PRICE_GROUPS, rateOf } from '../private/price-tables';
import { ListPrice, PriceKind, PriceRates } from './list-price';

/**
 * Prices of instances, dated. On-demand prices for Linux on shared tenancy, in USD without tax.
 *
 * A price per vCPU is linear in the size of an instance within 0.3 % (checked over 36 regions and 17 families), so the
 * book holds one figure per family and region. A price that no source tells is undefined, never a guess.
 */
export class PriceBook {
  /**
   * AWS's list prices, as of the first half of 2026 and, for us-east-1 and the 9g families, 2026-07-20.
   *
   * 9g: known in us-east-1 (r9g from one independent source, grade C; r9gd unknown); m9g and c9g inferred equal in
   * us-east-2 and us-west-2; unknown elsewhere. Bare metal: known for 9g only, 10 % above the virtual size.
   */
  public static published(): PriceBook {
    return new PriceBook([]);
  }

  /**
   * The user's own rates, and AWS's list prices for what they do not cover.
   *
   * @throws FleetConfigError when a rate is not a positive number, or names no family or instance type of the catalog.
   */
  public static withRates(rates: PriceRates): PriceBook {
    return PriceBook.published().plus(rates);
  }

  private constructor(private readonly userRates: readonly PriceRates[]) {}

  /**
   * This book with rates of the user on top, for example for another region. The newest rates win.
   *
   * @throws FleetConfigError when a rate is not a positive number, or names no family or instance type of the catalog.
   */
  public plus(rates: PriceRates): PriceBook {
    checkRates(rates);
    return new PriceBook([rates, ...this.userRates]);
  }

  /**
   * The price of an instance type in a region.
   *
   * @param instanceType for example `m9g.4xlarge`.
   * @param region for example `us-east-1`; an unresolved region has no list price.
   * @returns undefined when the price is not known.
   */
  public listPrice(instanceType: string, region: string): ListPrice | undefined {
    const facts = instanceFactsByType().get(instanceType);
    if (facts === undefined) {
      return undefined;
    }
    return this.userPrice(facts, region) ?? publishedPrice(facts, region);
  }

  private userPrice(facts: InstanceFacts, region: string): ListPrice | undefined {
    for (const rates of this.userRates.filter((candidate) => (candidate.region ?? region) === region)) {
      const rate = rates.usdPerVcpuHour[facts.instanceType] ?? rates.usdPerVcpuHour[facts.family];
      if (rate !== undefined) {
        return price(facts, rate, PriceKind.USER_SUPPLIED, rates.source, rates.asOf);
      }
    }
    return undefined;
  }
}

function publishedPrice(facts: InstanceFacts, region: string): ListPrice | undefined {
  const group = PRICE_GROUPS.find((candidate) => rateOf(candidate, region, facts.family) !== undefined);
  if (group === undefined) {
    return undefined;
  }
  const rate = rateOf(group, region, facts.family)!;
  if (!facts.bareMetal) {
    return price(facts, rate, group.kind as PriceKind, group.source, group.asOf);
  }
  if (!METAL.families.includes(facts.family)) {
    return undefined;
  }
  return price(facts, rate * METAL.factor, PriceKind.INFERRED, `${group.source}; ${METAL.source}`, group.asOf);
}

function price(facts: InstanceFacts, rate: number, kind: PriceKind, source: string, asOf: string): ListPrice {
  return { usdPerHour: facts.vcpus * rate, usdPerVcpuHour: rate, kind, source, asOf };
}

function checkRates(rates: PriceRates): void {
  const problems = new ProblemList();
  const entries = Object.entries(rates.usdPerVcpuHour);
  if (entries.length === 0) {
    problems.add({
      what: 'usdPerVcpuHour',
      got: 'no rates',
      allowed: 'at least one family with its rate',
      fix: 'give a rate, for example { m9g: 0.035 }, or use PriceBook.published()',
    });
  }
  for (const [name, rate] of entries) {
    if (!Number.isFinite(rate) || rate <= 0) {
      problems.add({
        what: `usdPerVcpuHour.${name}`,
        got: String(rate),
        allowed: 'a number above 0, in USD per vCPU-hour',
        fix: 'divide the price of an instance-hour by the vCPUs of the instance',
      });
    }
    if (familyRow(name) === undefined && !instanceFactsByType().has(name)) {
      problems.add(unknownName(name));
    }
  }
  problems.throwIfAny('PriceBook');
}

function unknownName(name: string) {
  const nearest = nearestWords(name, familyNames(), 2, 3);
  return {
    what: `usdPerVcpuHour.${name}`,
    got: `${name}, which is no family or instance type of the catalog`,
    allowed: 'a family such as m9g, or an instance type such as m9g.metal-48xl',
    fix: nearest.length === 0 ? 'correct the name' : `did you mean ${nearest.join(' or ')}?`,
  };
}

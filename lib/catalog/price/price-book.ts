import { FleetConfigError, Problem } from '../../validation';
import { InstanceFacts } from '../instances/instance-facts';
import { instanceFactsByType } from '../private/instance-facts-table';
import { ownValue } from '../private/own-value';
import { discountProblems, rateProblems, spotProblems } from '../private/price-problems';
import { amountOf, publishedPrice } from '../private/published-price';
import { EffectivePrice, EffectivePriceKind, EffectiveRates, PriceDiscount } from './effective-price';
import { ListPrice } from './list-price';
import { SpotPrice, SpotPrices } from './spot-price';

/** What the user pays for an instance type in a region; undefined where the terms do not cover it. */
type Terms = (facts: InstanceFacts, region: string) => EffectivePrice | undefined;

/**
 * Prices of instances, dated, for Linux on shared tenancy, in USD without tax. A price that no source tells is undefined,
 * never a guess.
 *
 * A list price is always AWS's own, whatever the user pays: rates and discounts of the user are effective prices, and
 * Spot prices are a third thing, with a date and a meaning of their own.
 *
 * A list price per vCPU is linear in the size of an instance within 0.3 % (checked over 36 regions and 17 families), so
 * the book holds one figure per family and region.
 */
export class PriceBook {
  /**
   * AWS's on-demand list prices, as of the first half of 2026 and, for us-east-1 and the 9g families, 2026-07-20.
   *
   * 9g: known in us-east-1 (r9g from one independent source, grade C; r9gd unknown); m9g and c9g inferred equal in
   * us-east-2 and us-west-2; unknown elsewhere. Bare metal: known for 9g only, 10 % above the virtual size.
   */
  public static published(): PriceBook {
    return new PriceBook([], []);
  }

  private constructor(
    private readonly terms: readonly Terms[],
    private readonly spot: readonly SpotPrices[],
  ) {}

  /**
   * This book with rates that the user pays. Of several rates and discounts that cover an instance, the one that was added
   * last counts.
   *
   * @throws FleetConfigError when a rate is not a positive number, or names no family or instance type of the catalog.
   */
  public withEffectiveRates(rates: EffectiveRates): PriceBook {
    check('PriceBook.withEffectiveRates', rateProblems(rates));
    return new PriceBook([termsOfRates(rates), ...this.terms], this.spot);
  }

  /**
   * This book with a discount on the list price. It says nothing about an instance whose list price is not known.
   *
   * @throws FleetConfigError when the percentage is not from 0 to below 100, the list of instances is empty, or a name in
   * it is none of the catalog.
   */
  public withDiscount(discount: PriceDiscount): PriceBook {
    check('PriceBook.withDiscount', discountProblems(discount));
    return new PriceBook([termsOfDiscount(discount), ...this.terms], this.spot);
  }

  /**
   * This book with Spot prices as of a time. Of several prices of an instance type in a region, the one that was added
   * last counts.
   *
   * @throws FleetConfigError when a price is not a positive number, or a name is no instance type of the catalog.
   */
  public withSpotPrices(prices: SpotPrices): PriceBook {
    check('PriceBook.withSpotPrices', spotProblems(prices));
    return new PriceBook(this.terms, [prices, ...this.spot]);
  }

  /**
   * AWS's on-demand list price of an instance type in a region.
   *
   * @param instanceType for example `m9g.4xlarge`.
   * @param region for example `us-east-1`; an unresolved region has no list price.
   * @returns undefined when the price is not known.
   */
  public listPrice(instanceType: string, region: string): ListPrice | undefined {
    const facts = instanceFactsByType().get(instanceType);
    return facts && publishedPrice(facts, region);
  }

  /**
   * What the user pays for an on-demand instance: by rate, by discount, or else, and then its `kind` says so, at list
   * price.
   *
   * @param instanceType for example `m9g.4xlarge`.
   * @param region for example `us-east-1`; in an unresolved region only rates without a region hold.
   * @returns undefined when not even the list price is known.
   */
  public effectivePrice(instanceType: string, region: string): EffectivePrice | undefined {
    const facts = instanceFactsByType().get(instanceType);
    if (facts === undefined) {
      return undefined;
    }
    for (const terms of this.terms) {
      const price = terms(facts, region);
      if (price !== undefined) {
        return price;
      }
    }
    const list = publishedPrice(facts, region);
    return list && { ...list, kind: EffectivePriceKind.LIST };
  }

  /**
   * The Spot price of an instance type in a region.
   *
   * @param instanceType for example `m9g.4xlarge`.
   * @param region for example `us-east-1`.
   * @returns undefined when the user gave none.
   */
  public spotPrice(instanceType: string, region: string): SpotPrice | undefined {
    const facts = instanceFactsByType().get(instanceType);
    for (const prices of this.spot.filter((candidate) => candidate.region === region)) {
      const usdPerHour = ownValue(prices.usdPerHour, instanceType);
      if (facts !== undefined && usdPerHour !== undefined) {
        const { meaning, source, asOf } = prices;
        return { usdPerHour, usdPerVcpuHour: usdPerHour / facts.vcpus, meaning, source, asOf };
      }
    }
    return undefined;
  }
}

function termsOfRates({ usdPerVcpuHour, region: only, source, asOf }: EffectiveRates): Terms {
  return (facts, region) => {
    const rate = ownValue(usdPerVcpuHour, facts.instanceType) ?? ownValue(usdPerVcpuHour, facts.family);
    return rate === undefined || (only ?? region) !== region
      ? undefined
      : { ...amountOf(facts, rate), kind: EffectivePriceKind.USER_RATE, source, asOf };
  };
}

function termsOfDiscount({ percent, instances, region: only, source, asOf }: PriceDiscount): Terms {
  return (facts, region) => {
    const isCovered =
      instances === undefined || [facts.instanceType, facts.family].some((name) => instances.includes(name));
    const list = isCovered && (only ?? region) === region ? publishedPrice(facts, region) : undefined;
    return (
      list && {
        ...amountOf(facts, list.usdPerVcpuHour * (1 - percent / 100)),
        kind: EffectivePriceKind.DISCOUNTED,
        source: `${source}: ${percent} % below the list price of ${list.asOf} (${list.source})`,
        asOf,
      }
    );
  };
}

function check(where: string, problems: Problem[]): void {
  if (problems.length > 0) {
    throw new FleetConfigError(where, problems);
  }
}

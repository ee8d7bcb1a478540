import { EffectivePrice, EffectivePriceKind, ListPrice, PriceBook, SpotPrice } from '../../catalog';
import { FigureRange } from '../fleet-estimate';
import { PurchaseMix } from '../metrics/purchase-mix';
import { allKnown } from './all-known';

/** The prices of every type of a fleet, in their order; undefined where one is not known. */
export interface FleetPrices {
  readonly list?: readonly ListPrice[];
  readonly onDemand?: readonly EffectivePrice[];
  readonly spot?: readonly SpotPrice[];
}

export function pricesOf(book: PriceBook, instanceTypes: readonly string[], region: string): FleetPrices {
  return {
    list: allKnown(instanceTypes.map((type) => book.listPrice(type, region))),
    onDemand: allKnown(instanceTypes.map((type) => book.effectivePrice(type, region))),
    spot: allKnown(instanceTypes.map((type) => book.spotPrice(type, region))),
  };
}

/**
 * Whether the user's prices suffice to tell what is paid: Spot prices of every type when there are Spot instances, and
 * something else than the list price when there are none.
 */
export function hasEffectivePrices({ onDemand, spot }: FleetPrices, purchase: PurchaseMix): boolean {
  if (purchase.hasOnDemand && onDemand === undefined) {
    return false;
  }
  return purchase.hasSpot ? spot !== undefined : onDemand!.some(({ kind }) => kind !== EffectivePriceKind.LIST);
}

export function listSource(prices: readonly ListPrice[]): string {
  return unique(prices.map(({ kind, asOf, source }) => `${kind} ${asOf}, ${source}`));
}

export function effectiveSource({ onDemand = [], spot = [] }: FleetPrices, purchase: PurchaseMix): string {
  const bought = onDemand.map(({ kind, asOf, source }) =>
    kind === EffectivePriceKind.LIST ? `on-demand at list price, ${asOf}, ${source}` : `${kind} ${asOf}, ${source}`,
  );
  const bid = spot.map(({ meaning, asOf, source }) => `Spot ${meaning} ${asOf}, ${source}`);
  return unique([...(purchase.hasOnDemand ? bought : []), ...(purchase.hasSpot ? bid : [])]);
}

/** The range of prices over the types, each times the count of its type. */
export function priceRange(prices: readonly { usdPerHour: number }[], counts: readonly number[]): FigureRange {
  return rangeOf(prices.map(({ usdPerHour }, index) => usdPerHour * counts[index]));
}

export function rangeOf(figures: readonly number[]): FigureRange {
  return { low: Math.min(...figures), high: Math.max(...figures) };
}

function unique(texts: readonly string[]): string {
  return [...new Set(texts)].join('; ');
}

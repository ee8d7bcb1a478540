import { GridIntensityBand, InstanceCatalog, PowerBand, PowerModel, PueFigure } from '../../catalog';
import { FigureRange, FleetEstimate } from '../fleet-estimate';
import { PurchaseMix } from '../metrics/purchase-mix';
import { allKnown } from './all-known';
import { carbonFigures, powerFigures, PowerFigures } from './power-figures';
import { effectiveSource, FleetPrices, hasEffectivePrices, listSource, priceRange, rangeOf } from './price-figures';

/** Figures of a number of instances of a fleet, whichever of its types they have. */
export type InstanceFigures = Omit<FleetEstimate, 'fleet' | 'region' | 'instanceTypes' | 'instances' | 'note'>;

const NOTHING: FigureRange = { low: 0, high: 0 };

/** What the figures of a fleet are made from. */
export interface FigureSources {
  readonly instanceTypes: readonly string[];
  readonly prices: FleetPrices;
  readonly purchase: PurchaseMix;
  readonly powerModel: PowerModel;
  readonly pue: PueFigure;
  readonly grid?: GridIntensityBand;
}

/**
 * What instances have, cost and draw, as many of each type as `countOf` says. A figure of the fleet is known when it is
 * known for all of its types.
 */
export function instanceFigures(sources: FigureSources, countOf: (instanceType: string) => number): InstanceFigures {
  const { instanceTypes, prices, purchase, grid } = sources;
  const counts = instanceTypes.map(countOf);
  const facts = allKnown(instanceTypes.map((type) => InstanceCatalog.lookup(type)));
  const power = powerOf(sources, counts);
  const effectivePriceUsdPerHour = effectivePrice(sources, counts);
  return {
    vcpus: facts && rangeOf(facts.map(({ vcpus }, index) => vcpus * counts[index])),
    listPriceUsdPerHour: prices.list && priceRange(prices.list, counts),
    priceSource: prices.list && listSource(prices.list),
    effectivePriceUsdPerHour,
    effectivePriceSource: effectivePriceUsdPerHour && effectiveSource(prices, purchase),
    ...power,
    ...(power && grid && carbonFigures(power, grid)),
  };
}

/** Watts of one of the types, whichever it is, as many of it as its count says. */
export function powerOf(
  { instanceTypes, powerModel, pue }: FigureSources,
  counts: readonly number[],
): PowerFigures | undefined {
  const bands: PowerBand[] | undefined = allKnown(instanceTypes.map((type) => powerModel.band(type)));
  return bands && powerFigures(bands, counts, pue);
}

/** The cheapest type for each part of the purchase at the low end, the dearest at the high end. */
function effectivePrice({ instanceTypes, prices, purchase }: FigureSources, counts: number[]): FigureRange | undefined {
  const bought = allKnown(instanceTypes.map((type, index) => purchase.onDemandInstances(type, counts[index])));
  if (!hasEffectivePrices(prices, purchase) || !bought) {
    return undefined;
  }
  const { onDemand = [], spot = [] } = prices;
  const ofOnDemand = purchase.hasOnDemand ? priceRange(onDemand, bought) : NOTHING;
  const bid = counts.map((count, index) => count - bought[index]);
  const ofSpot = purchase.hasSpot ? priceRange(spot, bid) : NOTHING;
  return { low: ofOnDemand.low + ofSpot.low, high: ofOnDemand.high + ofSpot.high };
}

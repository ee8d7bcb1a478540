import { Estimate, InstanceCatalog, ListPrice, PowerBand, PowerModel, PriceBook, PueFigure } from '../../catalog';
import { FigureRange, FleetEstimate } from '../fleet-estimate';

/** Figures of one instance of a fleet, whichever of its types it is. */
export type InstanceFigures = Omit<FleetEstimate, 'fleet' | 'region' | 'instanceTypes' | 'instances'>;

export interface FigureSources {
  readonly instanceTypes: readonly string[];
  readonly region: string;
  readonly priceBook: PriceBook;
  readonly powerModel: PowerModel;
  readonly pue: PueFigure;
  /**
   * Number of instances by type, where a fleet's size means more of the smaller types than of the larger ones.
   *
   * @default - one
   */
  readonly countOf?: (instanceType: string) => number;
}

/**
 * Looks up the figures of every type. A figure of the fleet is known when it is known for all of its types: leaving one
 * out would make the range too narrow.
 */
export function instanceFigures(sources: FigureSources): InstanceFigures {
  const { instanceTypes, region, priceBook, powerModel, countOf = () => 1 } = sources;
  const counts = instanceTypes.map(countOf);
  const facts = allKnown(instanceTypes.map((type) => InstanceCatalog.lookup(type)));
  const prices = allKnown(instanceTypes.map((type) => priceBook.listPrice(type, region)));
  const bands = allKnown(instanceTypes.map((type) => powerModel.band(type)));
  return {
    vcpus: facts && range(facts.map(({ vcpus }, index) => vcpus * counts[index])),
    ...(prices && priceFigures(prices, counts)),
    ...(bands && powerFigures(bands, counts, sources.pue)),
  };
}

function priceFigures(prices: ListPrice[], counts: number[]) {
  const sources = prices.map(({ kind, asOf, source }) => `${kind} ${asOf}, ${source}`);
  return {
    listPriceUsdPerHour: range(prices.map(({ usdPerHour }, index) => usdPerHour * counts[index])),
    priceSource: [...new Set(sources)].join('; '),
  };
}

function powerFigures(bands: PowerBand[], counts: number[], pue: PueFigure) {
  const kinds = [...new Set(bands.map(({ kind }) => kind))].join(', ');
  return {
    idleWatts: envelope(
      bands.map(({ idle }, index) => times(idle, counts[index])),
      pue.value,
    ),
    fullLoadWatts: envelope(
      bands.map(({ fullLoad }, index) => times(fullLoad, counts[index])),
      pue.value,
    ),
    powerSource: `${bands[0].modelName} (${kinds}), times PUE ${pue.value} (${pue.kind}, ${pue.asOf})`,
  };
}

/** From the lowest figure of any type to the highest of any type; the typical one is that of the most wanted type. */
function envelope(estimates: Estimate[], factor: number): Estimate {
  return {
    low: Math.min(...estimates.map(({ low }) => low)) * factor,
    typical: estimates[0].typical * factor,
    high: Math.max(...estimates.map(({ high }) => high)) * factor,
  };
}

function times({ low, typical, high }: Estimate, factor: number): Estimate {
  return { low: low * factor, typical: typical * factor, high: high * factor };
}

function range(figures: number[]): FigureRange {
  return { low: Math.min(...figures), high: Math.max(...figures) };
}

function allKnown<T>(figures: (T | undefined)[]): T[] | undefined {
  return figures.every((figure) => figure !== undefined) ? figures : undefined;
}

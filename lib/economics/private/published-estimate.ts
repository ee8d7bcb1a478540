import {
  GridIntensity,
  InstanceCatalog,
  PowerBand,
  PowerModel,
  PowerUsageEffectiveness,
  PriceBook,
} from '../../catalog';
import { FleetEstimate } from '../fleet-estimate';
import { allKnown } from './all-known';
import { carbonFigures, powerFigures } from './power-figures';
import { listSource, priceRange, pricesOf, rangeOf } from './price-figures';

/**
 * What instances have, cost and draw by published prices and models alone, where there is no fleet that a FleetEconomics
 * could be made of.
 *
 * @param countOf how many instances of each type are there when all have it
 */
export function publishedEstimate(
  fleet: Pick<FleetEstimate, 'fleet' | 'region' | 'instanceTypes'>,
  countOf: (instanceType: string) => number,
): FleetEstimate {
  const { region = '', instanceTypes } = fleet;
  const counts = instanceTypes.map(countOf);
  const facts = allKnown(instanceTypes.map((type) => InstanceCatalog.lookup(type)));
  const { list } = pricesOf(PriceBook.published(), instanceTypes, region);
  const model = PowerModel.published();
  const bands: PowerBand[] | undefined = allKnown(instanceTypes.map((type) => model.band(type)));
  const power = bands && powerFigures(bands, counts, PowerUsageEffectiveness.published().figure(region));
  const grid = GridIntensity.published().band(region);
  return {
    ...fleet,
    // As FleetEconomics counts the least size: the fewest instances that it can be.
    instances: Math.min(...counts),
    vcpus: facts && rangeOf(facts.map(({ vcpus }, index) => vcpus * counts[index])),
    listPriceUsdPerHour: list && priceRange(list, counts),
    priceSource: list && listSource(list),
    ...power,
    ...(power && grid && carbonFigures(power, grid)),
  };
}

import { FleetCapacity } from '../../fleet';
import { FigureSources, powerOf } from '../private/instance-figures';
import { hasEffectivePrices, priceRange, rangeOf } from '../private/price-figures';
import { UnitPrices } from './cost-metrics';
import { UnitPower } from './power-metrics';

/** Watts of one instance, or of one unit of capacity where types of different size count as different many. */
export function unitPower(sources: FigureSources, capacity: FleetCapacity): UnitPower | undefined {
  const power = powerOf(sources, sharesOf(capacity));
  return (
    power?.idleWatts &&
    power.fullLoadWatts && { idle: power.idleWatts, fullLoad: power.fullLoadWatts, curve: sources.powerModel.curve }
  );
}

/** Prices of one instance, or of one unit of capacity. */
export function unitPrices({ prices, purchase }: FigureSources, capacity: FleetCapacity): UnitPrices {
  const { list, onDemand, spot } = prices;
  const shares = sharesOf(capacity);
  return {
    list: list && priceRange(list, shares),
    effective: hasEffectivePrices(prices, purchase)
      ? {
          onDemand: purchase.hasOnDemand && onDemand ? priceRange(onDemand, shares) : undefined,
          spot: purchase.hasSpot && spot ? priceRange(spot, shares) : undefined,
        }
      : undefined,
    spotBelowList:
      purchase.hasSpot && list && spot
        ? rangeOf(list.map(({ usdPerHour }, index) => (usdPerHour - spot[index].usdPerHour) * shares[index]))
        : undefined,
  };
}

/** How much of an instance of each type is one unit. */
function sharesOf({ instanceTypes, size }: FleetCapacity): number[] {
  return instanceTypes.map((type) => 1 / (size._weightOf(type) ?? 1));
}

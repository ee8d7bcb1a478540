import { FigureRange, FleetEstimate } from '../../../economics/fleet-estimate';
import { row } from '../../row';
import { HOURS_PER_MONTH } from '../totals';
import { bounds, count, range } from './text';

/** What a fleet has, costs, draws and emits at its least size, and how each is known. */
export function estimateRows(estimate: FleetEstimate): string[] {
  return [...priceRows(estimate), ...powerRows(estimate), ...carbonRows(estimate)];
}

/** Which fleet, and what the figures are for. */
export function title({ fleet, region, instances, instanceTypes, note }: FleetEstimate): string {
  const where = region ?? 'a region that is known at deployment';
  return `${fleet}: ${count(instances, 'instance')} of ${instanceTypes.join(', ')} in ${where}${note === undefined ? '' : ` (${note})`}`;
}

function priceRows(estimate: FleetEstimate): string[] {
  const { vcpus, listPriceUsdPerHour, priceSource, effectivePriceUsdPerHour, effectivePriceSource } = estimate;
  return [
    row('vCPUs', vcpus ? range(vcpus, 0) : 'unknown: the catalog does not have every type'),
    row(
      'list price',
      listPriceUsdPerHour
        ? price(listPriceUsdPerHour, priceSource)
        : 'unknown for this region and these types; nothing is invented',
    ),
    row(
      'effective price',
      effectivePriceUsdPerHour
        ? price(effectivePriceUsdPerHour, effectivePriceSource)
        : 'unknown: the price book has no rates, discount or Spot prices of yours for every type',
    ),
  ];
}

function powerRows({ idleWatts, fullLoadWatts, powerSource }: FleetEstimate): string[] {
  if (!idleWatts || !fullLoadWatts) {
    return [row('power', 'unknown: no model covers every type')];
  }
  return [
    row('power, idle', `${bounds(idleWatts, 'W')} (estimate)`),
    row('power, full load', `${bounds(fullLoadWatts, 'W')} (estimate)`),
    row('power model', powerSource ?? 'unknown'),
    row(
      'energy per month',
      `${perMonth(idleWatts.low)} kWh (idle, low) to ${perMonth(fullLoadWatts.high)} kWh (full load, high) (estimate)`,
    ),
  ];
}

function carbonRows(estimate: FleetEstimate): string[] {
  const { idleCarbonGramsPerHour: idle, fullLoadCarbonGramsPerHour: fullLoad, carbonSource } = estimate;
  if (!idle || !fullLoad) {
    return [row('carbon', 'unknown: no power, or no figure for the grid of this region')];
  }
  return [
    row('carbon, idle', `${bounds(idle, 'g')} CO2e per hour (estimate)`),
    row('carbon, full load', `${bounds(fullLoad, 'g')} CO2e per hour (estimate)`),
    row('grid', carbonSource ?? 'unknown'),
  ];
}

function price({ low, high }: FigureRange, source?: string): string {
  const month = { low: low * HOURS_PER_MONTH, high: high * HOURS_PER_MONTH };
  return `${range({ low, high }, 2)} USD per hour, ${range(month, 0)} USD per month of 730 hours (${source})`;
}

function perMonth(watts: number): string {
  return ((watts * HOURS_PER_MONTH) / 1000).toFixed(0);
}

import { Estimate } from '../../catalog';
import { FigureRange, FleetEstimate } from '../../economics/fleet-estimate';

/** A month as AWS's price calculator has it. */
const HOURS_PER_MONTH = 730;

/** A fleet's estimate for people: what it has, costs, draws and emits, and how each is known. */
export function formatEstimate(estimate: FleetEstimate): string {
  return [title(estimate), ...priceRows(estimate), ...powerRows(estimate), ...carbonRows(estimate)].join('\n');
}

function title({ fleet, region, instances, instanceTypes, note }: FleetEstimate): string {
  const where = region ?? 'a region that is known at deployment';
  const many = `${instances} ${instances === 1 ? 'instance' : 'instances'}`;
  return `${fleet}: ${many} of ${instanceTypes.join(', ')} in ${where}${note === undefined ? '' : ` (${note})`}`;
}

function priceRows(estimate: FleetEstimate): string[] {
  const { vcpus, listPriceUsdPerHour, priceSource, effectivePriceUsdPerHour, effectivePriceSource } = estimate;
  return [
    row('vCPUs', vcpus && range(vcpus, 0), 'unknown: the catalog does not have every type'),
    row(
      'list price',
      listPriceUsdPerHour && price(listPriceUsdPerHour, priceSource),
      'unknown for this region and these types; nothing is invented',
    ),
    row(
      'effective price',
      effectivePriceUsdPerHour && price(effectivePriceUsdPerHour, effectivePriceSource),
      'unknown: the price book has no rates, discount or Spot prices of yours for every type',
    ),
  ];
}

function powerRows({ idleWatts, fullLoadWatts, powerSource }: FleetEstimate): string[] {
  const otherwise = 'unknown: no model covers every type';
  if (!idleWatts || !fullLoadWatts) {
    return [row('power', undefined, otherwise)];
  }
  return [
    row('power, idle', `${bounds(idleWatts, 'W')} (estimate)`),
    row('power, full load', `${bounds(fullLoadWatts, 'W')} (estimate)`),
    row('power model', powerSource),
    row(
      'energy per month',
      `${perMonth(idleWatts.low)} kWh (idle, low) to ${perMonth(fullLoadWatts.high)} kWh (full load, high) (estimate)`,
    ),
  ];
}

function carbonRows(estimate: FleetEstimate): string[] {
  const { idleCarbonGramsPerHour: idle, fullLoadCarbonGramsPerHour: fullLoad, carbonSource } = estimate;
  if (!idle || !fullLoad) {
    return [row('carbon', undefined, 'unknown: no power, or no figure for the grid of this region')];
  }
  return [
    row('carbon, idle', `${bounds(idle, 'g')} CO2e per hour (estimate)`),
    row('carbon, full load', `${bounds(fullLoad, 'g')} CO2e per hour (estimate)`),
    row('grid', carbonSource),
  ];
}

function price({ low, high }: FigureRange, source?: string): string {
  const month = { low: low * HOURS_PER_MONTH, high: high * HOURS_PER_MONTH };
  return `${range({ low, high }, 2)} USD per hour, ${range(month, 0)} USD per month of 730 hours (${source})`;
}

function bounds({ low, typical, high }: Estimate, unit: string): string {
  return `${low.toFixed(0)} ${unit} low, ${typical.toFixed(0)} ${unit} typical, ${high.toFixed(0)} ${unit} high`;
}

function perMonth(watts: number): string {
  return ((watts * HOURS_PER_MONTH) / 1000).toFixed(0);
}

function range({ low, high }: FigureRange, digits: number): string {
  const [least, most] = [low.toFixed(digits), high.toFixed(digits)];
  return least === most ? least : `${least} to ${most}`;
}

function row(name: string, known: string | undefined, otherwise = ''): string {
  return `  ${name.padEnd(18)}${known ?? otherwise}`;
}

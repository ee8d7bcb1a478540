import { Estimate } from '../catalog';
import { FigureRange, FleetEstimate } from '../economics/fleet-estimate';

/** A fleet's estimate for people: what it has, what it costs at list price, what it draws, and how each is known. */
export function formatEstimate(estimate: FleetEstimate): string {
  const { fleet, region, instances, instanceTypes } = estimate;
  const where = region ?? 'a region that is known at deployment';
  return [
    `${fleet}: ${instances} ${instances === 1 ? 'instance' : 'instances'} of ${instanceTypes.join(', ')} in ${where}`,
    row('vCPUs', estimate.vcpus && range(estimate.vcpus, 0), 'unknown: the catalog does not have every type'),
    row('list price', price(estimate), 'unknown for this region and these types; nothing is invented'),
    row('power, idle', estimate.idleWatts && watts(estimate.idleWatts), 'unknown: no model covers every type'),
    row(
      'power, full load',
      estimate.fullLoadWatts && watts(estimate.fullLoadWatts),
      'unknown: no model covers every type',
    ),
    ...(estimate.powerSource ? [row('power model', estimate.powerSource, '')] : []),
  ].join('\n');
}

function price({ listPriceUsdPerHour, priceSource }: FleetEstimate): string | undefined {
  return listPriceUsdPerHour && `${range(listPriceUsdPerHour, 2)} USD per hour (${priceSource})`;
}

function watts({ low, typical, high }: Estimate): string {
  return `${low.toFixed(0)} W low, ${typical.toFixed(0)} W typical, ${high.toFixed(0)} W high (estimate)`;
}

function range({ low, high }: FigureRange, digits: number): string {
  return low === high ? low.toFixed(digits) : `${low.toFixed(digits)} to ${high.toFixed(digits)}`;
}

function row(name: string, known: string | undefined, otherwise: string): string {
  return `  ${name.padEnd(18)}${known ?? otherwise}`;
}

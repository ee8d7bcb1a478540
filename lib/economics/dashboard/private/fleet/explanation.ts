import { FleetEconomics } from '../../../fleet-economics';

/** Markdown that says of each figure of a fleet how it is made, from what source and date. */
export function explanation(economics: FleetEconomics): string {
  const { fleet, region, priceSource, powerSource } = economics;
  const { instanceTypes, minInstances, maxInstances } = fleet.capacity;
  return [
    `## ${fleet.node.path}`,
    `${minInstances} to ${maxInstances} instances of ${instanceTypes.join(', ')}${region ? ` in ${region}` : ''}.`,
    '',
    powerSource
      ? `**Power is an estimate**, not a measurement: EC2 has no power meter. Instances in service x watts by CPU utilization. Model: ${powerSource}.`
      : '**Power is unknown**: the power model does not cover every instance type of this fleet.',
    '',
    priceSource
      ? `**Cost is the on-demand list price**, not the bill. Instances in service x USD per hour. Source: ${priceSource}.`
      : `**List price is unknown** for ${region ? `an instance type of this fleet in ${region}` : 'a stack without a fixed region'}.`,
  ].join('\n');
}

import { MeasuredMetric } from '../../economics/fleet-measures';
import { AssemblyFleet } from '../deployed/assembly-fleets';
import { NameNotFound, PhysicalNames } from '../deployed/physical-names';
import { WantedMetric } from './read-metrics';
import { NamedFleet } from './sum-fleet';

/**
 * Finds the metrics of a fleet. What cannot be found is noted, and the figures made from it are left out.
 *
 * @throws AwsRefusal when AWS does not answer
 */
export async function nameFleet(fleet: AssemblyFleet, names: PhysicalNames): Promise<NamedFleet> {
  const metrics: Record<string, WantedMetric> = {};
  const notes = new Set<string>();
  for (const [id, metric] of Object.entries(fleet.measures.metrics)) {
    const found = await find(fleet, metric, names);
    if (typeof found === 'string') {
      notes.add(found);
    } else {
      metrics[id] = found;
    }
  }
  return { ...fleet, metrics, notes: [...notes] };
}

async function find(
  fleet: AssemblyFleet,
  metric: MeasuredMetric,
  names: PhysicalNames,
): Promise<WantedMetric | string> {
  const { namespace, metricName, statistic, region = fleet.region } = metric;
  if (region !== fleet.region && region !== fleet.stack.context.region) {
    return `${metricName} not read: it is in ${region}, and the fleet in ${fleet.region}`;
  }
  try {
    const dimensions = await names.dimensionsOf(fleet.stack, metric);
    return { metric: { namespace, metricName, dimensions }, stat: statistic };
  } catch (error) {
    if (error instanceof NameNotFound) {
      return error.message;
    }
    throw error;
  }
}

import { Tokenization } from 'aws-cdk-lib';
import { FleetEconomics } from '../../../fleet-economics';
import { regionOf } from '../fleet-place';
import { Section } from '../pages';
import { headedRows, text } from '../widgets';
import { capacityRow } from './capacity-row';
import { costRow } from './cost-row';
import { explanation } from './explanation';
import { carbonRow, powerRow } from './power-row';
import { serviceRow } from './service-row';

/** What a fleet does, has, draws and costs, and how each figure is made: one section, which stays together. */
export function fleetSection(economics: FleetEconomics): Section {
  return [
    [text(fleetHeading(economics))],
    ...headedRows('Service', serviceRow(economics.fleet)),
    ...headedRows('Capacity', capacityRow(economics)),
    ...headedRows('Power (estimate)', powerRow(economics)),
    ...headedRows('Cost', costRow(economics)),
    ...headedRows('Carbon (estimate)', carbonRow(economics)),
    [text(explanation(economics))],
  ];
}

function fleetHeading({ fleet }: FleetEconomics): string {
  const { instanceTypes, minInstances, maxInstances } = fleet.capacity;
  const [least, most] = [minInstances, maxInstances].map((bound) => Tokenization.stringifyNumber(bound));
  const count = least === most ? least : `${least} to ${most}`;
  return `## ${fleet.node.path}\n${count} instances of ${instanceTypes.join(', ')} in ${regionOf(fleet)}.`;
}

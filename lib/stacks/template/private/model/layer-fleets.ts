import { FleetPolicy } from '../../../policy';
import { LocatedMap, locatedMap, LocatedValue } from '../document/located-value';
import { FleetKind } from './fleet-kind';
import { mergeMaps } from './merge-values';
import { FleetEntry } from './read-fleet';
import { TemplateModel } from './read-model';
import { definitionOf, schemaBelow } from './schema-node';

/** Fleets with what lies under them: the defaults of the policies, widest first, and the tags of the file. */
export function layeredFleets({ fleets, tags }: TemplateModel, policy: FleetPolicy | undefined): FleetEntry[] {
  return fleets.map((fleet) => {
    const definition = definitionOf(fleet.kind.definition);
    const known = new Map<LocatedMap, LocatedMap>();
    const layered = (value: LocatedMap): LocatedMap => {
      const takes = (key: string) =>
        key.startsWith(OF_CAPACITY) ? followsCapacity(fleet.kind, key) : schemaBelow(definition, key) !== undefined;
      const layers = policy?._defaultLayersFor(value, takes) ?? [];
      const under = tags ? [...layers, only(value, 'tags', tags)] : layers;
      const merged = known.get(value) ?? [...under, value].reduce((below, over) => mergeMaps(below, over, definition));
      known.set(value, merged);
      return merged;
    };
    const variants = fleet.variants.map(({ environment, value }) => ({ environment, value: layered(value) }));
    return { ...fleet, value: layered(fleet.value), variants };
  });
}

const OF_CAPACITY = 'capacity.';

/** Where an engine launches the instances, there is neither a share above the base nor a group with zone options. */
function followsCapacity({ fleet }: FleetKind, key: string): boolean {
  return fleet !== undefined || key === `${OF_CAPACITY}onDemandBase`;
}

function only({ place }: LocatedMap, key: string, value: LocatedValue): LocatedMap {
  return locatedMap(place, new Map([[key, { keyPlace: value.place, value }]]));
}

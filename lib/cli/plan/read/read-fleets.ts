import { InstanceCatalog, InstanceFacts } from '../../../catalog';
import {
  ESTIMATE_METADATA,
  FigureRange,
  FleetEstimate,
  GREATEST_ESTIMATE_METADATA,
} from '../../../economics/fleet-estimate';
import { publishedEstimate } from '../../../economics/private/published-estimate';
import { FLEET_METADATA, FleetDescription } from '../../../fleet/private/fleet-description';
import { FleetPlan, InstanceTypePlan, SizePlan } from '../plan-report';
import { QuotaFleet } from '../quota/quota-uses';
import { engineGroup } from './engine-group';
import { FleetGroup, fleetGroup } from './fleet-group';
import { StackTemplate } from './stack-template';

/** What the assembly knows of a fleet beside its template. */
interface FleetMetadata {
  readonly fleet: string;
  readonly description?: FleetDescription;
  readonly least?: FleetEstimate;
  readonly greatest?: FleetEstimate;
}

/** The fleets of a stack, in the order of their paths. */
export function readFleets(template: StackTemplate, region?: string): QuotaFleet[] {
  return fleetMetadata(template).map((metadata) => readFleet(template, metadata, region));
}

function fleetMetadata({ stack }: StackTemplate): FleetMetadata[] {
  // What is shown twice left its estimate twice; the last one stands.
  const found = <Data>(type: string) =>
    new Map(stack.metadata(type).map(({ path, data }) => [path.replace(/^\//, ''), data as Data]));
  const descriptions = found<FleetDescription>(FLEET_METADATA);
  const least = found<FleetEstimate>(ESTIMATE_METADATA);
  const greatest = found<FleetEstimate | undefined>(GREATEST_ESTIMATE_METADATA);
  return [...new Set([...descriptions.keys(), ...least.keys()])].sort().map((fleet) => ({
    fleet,
    description: descriptions.get(fleet),
    least: least.get(fleet),
    greatest: greatest.get(fleet),
  }));
}

function readFleet(template: StackTemplate, metadata: FleetMetadata, region?: string): QuotaFleet {
  const { fleet, description } = metadata;
  const group = fleetGroup(template, fleet) ?? (description?.engine && engineGroup(description.engine));
  const { least, greatest } = hasNoEconomics(description)
    ? publishedEstimates(metadata, group, region)
    : { least: metadata.least, greatest: metadata.greatest };
  const instanceTypes = (description?.instanceTypes ?? least?.instanceTypes ?? []).map((type) =>
    instanceTypePlan(type, { description, group, region }),
  );
  const plan: FleetPlan = {
    fleet,
    kind: description?.kind,
    instanceTypes,
    size: sizePlan(instanceTypes, group, description),
    purchase: group?.purchase,
    testedProcessors: description?.testedProcessors,
    ...{ least, greatest },
  };
  return { plan, group: group?.use ?? useWithoutGroup(description) };
}

/** Whether no FleetEconomics can be made of a fleet: an engine launches its instances, or it is what the engine runs on. */
function hasNoEconomics(description?: FleetDescription): boolean {
  return description?.engine !== undefined || description?.kind === 'RayHead';
}

function publishedEstimates(
  { fleet, description }: FleetMetadata,
  group: FleetGroup | undefined,
  region: string | undefined,
): Pick<FleetMetadata, 'least' | 'greatest'> {
  const { instanceTypes = [] } = description ?? {};
  const at = (units?: number) =>
    group && units !== undefined
      ? publishedEstimate({ fleet, region, instanceTypes }, (type) => Math.ceil(units / group.weightOf(type)))
      : undefined;
  return { least: at(group?.min), greatest: at(group?.max) };
}

interface TypeSources {
  readonly description?: FleetDescription;
  readonly group?: FleetGroup;
  readonly region?: string;
}

function instanceTypePlan(instanceType: string, { description, group, region }: TypeSources): InstanceTypePlan {
  const facts: Partial<InstanceFacts> = InstanceCatalog.lookup(instanceType) ?? {};
  return {
    instanceType,
    processor: (facts.processor ?? InstanceCatalog.classify(instanceType).processor)?.displayName,
    vcpus: facts.vcpus,
    memoryGib: facts.memoryGib,
    offered: InstanceCatalog.isOffered(instanceType, region ?? ''),
    weight: group?.weightOf(instanceType) ?? 1,
    kernels: (description?.kernels ?? []).map(({ name, version, digest, variants }) => ({
      bundle: name,
      ...{ version, digest },
      variants: variants[instanceType] ?? [],
    })),
  };
}

function sizePlan(types: readonly InstanceTypePlan[], group?: FleetGroup, description?: FleetDescription): SizePlan {
  const unit = description?.sizeUnit ?? 'instances';
  const bounds = group ?? description?.instances;
  if (bounds?.min === undefined || bounds.max === undefined || types.length === 0) {
    return { unit };
  }
  const { min, max } = bounds;
  const counts = types.map(({ weight }) => ({ low: Math.ceil(min / weight), high: Math.ceil(max / weight) }));
  const instances = envelope(counts);
  return {
    unit,
    instances,
    vcpus: times(
      counts,
      types.map(({ vcpus }) => vcpus),
    ),
    memoryGib: times(
      counts,
      types.map(({ memoryGib }) => memoryGib),
    ),
  };
}

/** Nothing when it is not known for every type. */
function times(counts: readonly FigureRange[], each: readonly (number | undefined)[]): FigureRange | undefined {
  return each.every((figure) => figure !== undefined)
    ? envelope(counts.map(({ low, high }, index) => ({ low: low * each[index], high: high * each[index] })))
    : undefined;
}

function envelope(ranges: readonly FigureRange[]): FigureRange {
  return { low: Math.min(...ranges.map(({ low }) => low)), high: Math.max(...ranges.map(({ high }) => high)) };
}

/** Without a group of its own a fleet is divided by another service, so that each kind of purchase may be all of it. */
function useWithoutGroup(description?: FleetDescription): QuotaFleet['group'] {
  const most = description?.instances?.max;
  return most === undefined ? undefined : { most: { onDemand: most, spot: description?.usesSpot ? most : 0 } };
}

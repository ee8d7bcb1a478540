import { InstanceCatalog } from '../../catalog';
import { AssemblyResource, AssemblyStack, readResources } from '../preview/assembly/read-assembly';
import { regionOf } from './assembly-fleets';

/** An Auto Scaling group of a cloud assembly: which instances it may have, how many vCPUs at most, and where. */
export interface AssemblyGroup {
  readonly stack: AssemblyStack;
  readonly region: string;
  readonly logicalId: string;
  readonly path: string;
  readonly instanceTypes: readonly string[];
  /** vCPUs at most by type, or nothing when the size is only known at deployment. */
  readonly most?: MostVcpus;
  readonly subnets: readonly SubnetPlace[];
}

/** The most vCPUs that a group can have on-demand and as Spot instances. */
export interface MostVcpus {
  readonly onDemand: number;
  readonly spot: number;
}

/** Where a subnet is, as far as the template tells. */
export interface SubnetPlace {
  readonly zone?: string;
  /** Its number among the zones of the region. */
  readonly zoneIndex?: number;
  readonly subnetId?: string;
}

interface Override {
  readonly InstanceType?: string;
  readonly WeightedCapacity?: string;
  readonly InstanceRequirements?: { readonly AllowedInstanceTypes?: readonly string[] };
}

interface GroupProperties {
  readonly MaxSize?: string;
  readonly DesiredCapacityType?: string;
  readonly VPCZoneIdentifier?: readonly string[];
  readonly MixedInstancesPolicy?: {
    readonly InstancesDistribution?: {
      readonly OnDemandBaseCapacity?: number;
      readonly OnDemandPercentageAboveBaseCapacity?: number;
    };
    readonly LaunchTemplate?: { readonly Overrides?: readonly Override[] };
  };
}

/**
 * The groups of a stack.
 *
 * @throws UsageError when the region is not known
 */
export function assemblyGroups(stack: AssemblyStack, region?: string): AssemblyGroup[] {
  const subnets = readResources(stack, ['AWS::EC2::Subnet']);
  return readResources(stack, ['AWS::AutoScaling::AutoScalingGroup']).map(({ logicalId, path, properties }) => {
    const group = properties as GroupProperties;
    return {
      stack,
      region: regionOf(stack, region),
      logicalId,
      path,
      instanceTypes: typesOf(group),
      most: mostVcpus(group),
      subnets: (group.VPCZoneIdentifier ?? []).map((id) => placeOf(id, subnets)),
    };
  });
}

function overridesOf({ MixedInstancesPolicy }: GroupProperties): readonly Override[] {
  return MixedInstancesPolicy?.LaunchTemplate?.Overrides ?? [];
}

function typesOf(group: GroupProperties): string[] {
  const types = overridesOf(group).flatMap(({ InstanceType, InstanceRequirements }) =>
    InstanceType === undefined ? (InstanceRequirements?.AllowedInstanceTypes ?? []) : [InstanceType],
  );
  return [...new Set(types)];
}

/** Each part of the purchase at its largest, in whichever type has most vCPUs for it. */
function mostVcpus(group: GroupProperties): MostVcpus | undefined {
  const max = Number(group.MaxSize);
  const perUnit = vcpusPerUnit(group);
  if (!Number.isFinite(max) || perUnit === undefined) {
    return undefined;
  }
  const distribution = group.MixedInstancesPolicy?.InstancesDistribution ?? {};
  const { OnDemandBaseCapacity: base = 0, OnDemandPercentageAboveBaseCapacity: percent = 100 } = distribution;
  const above = Math.max(0, max - base);
  const onDemand = Math.min(max, base) + Math.ceil((above * percent) / 100);
  return { onDemand: onDemand * perUnit, spot: (max - onDemand) * perUnit };
}

function vcpusPerUnit(group: GroupProperties): number | undefined {
  if (group.DesiredCapacityType === 'vcpu') {
    return 1;
  }
  const weights = new Map(
    overridesOf(group).map(({ InstanceType, WeightedCapacity = 1 }) => [InstanceType, Number(WeightedCapacity)]),
  );
  const figures = typesOf(group).map((type) => {
    const vcpus = InstanceCatalog.lookup(type)?.vcpus;
    return vcpus && vcpus / (weights.get(type) ?? 1);
  });
  return figures.length > 0 && figures.every((figure) => figure !== undefined) ? Math.max(...figures) : undefined;
}

function placeOf(id: string, subnets: readonly AssemblyResource[]): SubnetPlace {
  const subnet = subnets.find(({ logicalId }) => `{${logicalId}}` === id);
  if (!subnet) {
    return /^subnet-\w+$/.test(id) ? { subnetId: id } : {};
  }
  const zone = String(subnet.properties.AvailabilityZone);
  const index = /GetAZs\[(\d+)\]/.exec(zone)?.[1];
  if (index !== undefined) {
    return { zoneIndex: Number(index) };
  }
  return /^[a-z]{2,4}(-[a-z]+)+-\d/.test(zone) ? { zone } : {};
}

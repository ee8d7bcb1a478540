import { InstanceCatalog } from '../../catalog';
import { assemblySource } from '../plan/read/assembly-source';
import { FleetGroup, groupById } from '../plan/read/fleet-group';
import { StackTemplate } from '../plan/read/stack-template';
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
  readonly InstanceRequirements?: { readonly AllowedInstanceTypes?: readonly string[] };
}

interface GroupProperties {
  readonly DesiredCapacityType?: string;
  readonly VPCZoneIdentifier?: readonly string[];
  readonly MixedInstancesPolicy?: {
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
  const template = new StackTemplate(assemblySource(stack.artifact));
  return readResources(stack, ['AWS::AutoScaling::AutoScalingGroup']).map(({ logicalId, path, properties }) => {
    const group = properties as GroupProperties;
    return {
      stack,
      region: regionOf(stack, region),
      logicalId,
      path,
      instanceTypes: typesOf(group),
      most: mostVcpus(group, groupById(template, logicalId)),
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

/** As `plan` counts it, with what AWS adds while it replaces instances; in whichever type has most vCPUs for it. */
function mostVcpus(group: GroupProperties, planned?: FleetGroup): MostVcpus | undefined {
  const units = planned?.use?.most;
  const types = typesOf(group);
  const vcpus = (count: number): number | undefined => {
    if (group.DesiredCapacityType === 'vcpu') {
      return count;
    }
    const figures = types.map((type) => {
      const each = InstanceCatalog.lookup(type)?.vcpus;
      return each && Math.ceil(count / (planned?.weights.get(type) ?? 1)) * each;
    });
    return figures.every((figure) => figure !== undefined) ? Math.max(...figures) : undefined;
  };
  const [onDemand, spot] = [units && vcpus(units.onDemand), units && vcpus(units.spot)];
  return types.length === 0 || onDemand === undefined || spot === undefined ? undefined : { onDemand, spot };
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

import { FleetPlan, QuotaUse } from '../plan-report';
import { GroupUse } from '../read/fleet-group';
import { StackTemplate } from '../read/stack-template';
import { RESOURCE_QUOTAS } from './resource-quotas';
import { Quota, vcpuQuota } from './vcpu-quota';

/** A fleet with what its group may take. */
export interface QuotaFleet {
  readonly plan: FleetPlan;
  readonly group?: GroupUse;
}

/** What a stack takes of quotas: vCPUs by what its fleets may have at any moment, everything else by counting. */
export function quotaUses(template: StackTemplate, fleets: readonly QuotaFleet[]): QuotaUse[] {
  const ofResources = RESOURCE_QUOTAS.map(({ type, counts, ...quota }) => {
    const resources = template.ofType(type);
    const counted = counts ? resources.filter(({ properties }) => counts(properties)) : resources;
    return { ...quota, needed: counted.length };
  });
  return addUses([...fleets.flatMap(vcpuUses), ...ofResources]).filter(({ needed }) => needed > 0);
}

/** Adds up what is taken of each quota. */
export function addUses(uses: readonly QuotaUse[]): QuotaUse[] {
  const sums = new Map<string, QuotaUse>();
  for (const use of uses) {
    const sum = sums.get(use.name);
    sums.set(use.name, { ...use, needed: use.needed + (sum?.needed ?? 0) });
  }
  return [...sums.values()];
}

/** For each quota the most of those types of the fleet that count against it: all instances may be of that type. */
function vcpuUses({ plan, group }: QuotaFleet): QuotaUse[] {
  return (['onDemand', 'spot'] as const).flatMap((purchase) => {
    const most = new Map<Quota, number>();
    for (const { instanceType, vcpus, weight } of plan.instanceTypes) {
      const quota = vcpuQuota(instanceType, purchase);
      const units = group?.most[purchase];
      if (quota && vcpus !== undefined && units !== undefined) {
        most.set(quota, Math.max(most.get(quota) ?? 0, Math.ceil(units / weight) * vcpus));
      }
    }
    return [...most].map(([quota, needed]) => ({ ...quota, needed }));
  });
}

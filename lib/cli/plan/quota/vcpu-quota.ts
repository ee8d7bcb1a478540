/** A quota of an account in a region. */
export interface Quota {
  readonly name: string;
  /** Code in Service Quotas. */
  readonly code?: string;
  readonly service: string;
  /** What an account has before it asks for more; AWS raises some by itself as the account is used. */
  readonly default: number;
}

interface FamilyQuotas {
  /** Families by the start of their names. */
  readonly families: RegExp;
  readonly onDemand: Quota;
  /** Nothing when AWS sells no Spot Instances of the families. */
  readonly spot?: Quota;
}

/**
 * vCPUs of running instances, by families. Names, codes and defaults are those of the tables "On-Demand Instance quotas"
 * (https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-on-demand-instances.html) and "Spot Instance quotas"
 * (https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/using-spot-limits.html), read 2026-11-23 in stored copies of the
 * pages.
 */
const VCPU_QUOTAS: readonly FamilyQuotas[] = [
  {
    families: /^hpc/,
    onDemand: vcpus('Running On-Demand HPC instances', 'L-F7808C92', 0),
  },
  {
    families: /^g/,
    onDemand: vcpus('Running On-Demand G and VT instances', 'L-DB2E81BA', 0),
    spot: vcpus('All G and VT Spot Instance Requests', 'L-3819A6DF', 0),
  },
  {
    families: /^x/,
    onDemand: vcpus('Running On-Demand X instances', 'L-7295265B', 0),
    spot: vcpus('All X Spot Instance Requests', 'L-E3A00192', 0),
  },
  {
    families: /^[acdhimrtz]/,
    onDemand: vcpus('Running On-Demand Standard (A, C, D, H, I, M, R, T, Z) instances', 'L-1216C47A', 5),
    spot: vcpus('All Standard (A, C, D, H, I, M, R, T, Z) Spot Instance Requests', 'L-34B43A08', 5),
  },
];

/** The quota that vCPUs of an instance type count against; undefined for a family that no quota is known for. */
export function vcpuQuota(instanceType: string, purchase: 'onDemand' | 'spot'): Quota | undefined {
  return VCPU_QUOTAS.find(({ families }) => families.test(instanceType))?.[purchase];
}

function vcpus(name: string, code: string, standard: number): Quota {
  return { name, code, service: 'ec2', default: standard };
}

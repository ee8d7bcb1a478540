import { InstanceArchitecture } from 'aws-cdk-lib/aws-ec2';
import { InstanceCatalog, InstanceFacts } from '../../lib';
import { Json } from './template';

/** Names of types that Auto Scaling could know: the catalog's, x86 ones, and some that AWS may launch one day. */
export function namesThatAwsMayHave(): string[] {
  const families = ['m5', 'c6i', 'm7a', 'm8i', 'r8id', 'a1', 'p5', 'g6', 'inf2', 'mac2', 'm9gn', 'm10g', 'c9gb', 'x9g'];
  const sizes = ['medium', 'large', '2xlarge', '4xlarge', '8xlarge', '32xlarge', '96xlarge', 'metal', 'metal-96xl'];
  const known = InstanceCatalog.all().map(({ instanceType }) => instanceType);
  const newSizes = [...new Set(InstanceCatalog.allGraviton().map(({ family }) => family))].flatMap((family) =>
    ['3xlarge', '32xlarge', '96xlarge'].map((size) => `${family}.${size}`),
  );
  return [
    ...new Set([...known, ...newSizes, ...families.flatMap((family) => sizes.map((size) => `${family}.${size}`))]),
  ];
}

/** Whether Auto Scaling may select a type, by what its API reference says of InstanceRequirements. */
export function mayMatch(requirements: Json, instanceType: string): boolean {
  const allowed = requirements.AllowedInstanceTypes.some((pattern: string) => matchesPattern(pattern, instanceType));
  const facts = InstanceCatalog.lookup(instanceType);
  // Of a type that the catalog does not have, any attribute could be the wanted one.
  return allowed && (facts === undefined || hasAttributes(requirements, facts));
}

function matchesPattern(pattern: string, instanceType: string): boolean {
  const expression = pattern.split('*').map(escape).join('.*');
  return new RegExp(`^${expression}$`).test(instanceType);
}

function escape(text: string): string {
  return text.replace(/[.+?^${}()|[\]\\]/g, '\\$&');
}

function hasAttributes(requirements: Json, facts: InstanceFacts): boolean {
  const { LocalStorage, TotalLocalStorageGB, BareMetal, BurstablePerformance } = requirements;
  const disks = facts.nvmeGbTotal;
  return (
    (facts.architecture === InstanceArchitecture.ARM_64) ===
      requirements.CpuManufacturers.includes('amazon-web-services') &&
    isWithin(requirements.VCpuCount, facts.vcpus) &&
    isWithin(requirements.MemoryMiB, facts.memoryGib * 1024) &&
    isWithin(requirements.MemoryGiBPerVCpu, facts.memoryGib / facts.vcpus) &&
    (LocalStorage === 'included' || (LocalStorage === 'required') === (disks !== undefined)) &&
    (disks === undefined || isWithin(TotalLocalStorageGB, disks)) &&
    (BareMetal === 'included' || !facts.bareMetal) &&
    (BurstablePerformance === 'included' || !facts.family.startsWith('t'))
  );
}

function isWithin(range: Json, figure: number): boolean {
  return range === undefined || (figure >= (range.Min ?? 0) && figure <= (range.Max ?? Infinity));
}

import { Token } from 'aws-cdk-lib';
import { GravitonProcessor, InstanceCatalog, Offering } from '../../../../catalog';
import { KernelBundle } from '../../../../kernels';
import { Remark } from './instance-selection';

/** Whether a known region certainly lacks a type. */
export function isNotOffered(instanceType: string, region: string): boolean {
  return !Token.isUnresolved(region) && InstanceCatalog.isOffered(instanceType, region) === Offering.NOT_OFFERED;
}

/** The first bundle of which no variant runs on a processor. */
export function bundleThatTraps(
  processor: GravitonProcessor | undefined,
  kernels: readonly KernelBundle[] = [],
): KernelBundle | undefined {
  return kernels.find(
    (bundle) => !bundle.runsOnAnyArm64 && (processor === undefined || bundle.variantsFor(processor).length === 0),
  );
}

/** A warning when nobody can tell whether the region has the selected types. */
export function unknownOfferingRemarks(what: string, instanceTypes: readonly string[], region: string): Remark[] {
  const unknown = instanceTypes.filter(
    (type) => Token.isUnresolved(region) || InstanceCatalog.isOffered(type, region) === Offering.UNKNOWN,
  );
  if (unknown.length === 0) {
    return [];
  }
  const where = Token.isUnresolved(region) ? 'a region that is only known at deployment' : region;
  const text =
    `${what} selects ${unknown.length} instance types of which this version's catalog cannot tell whether they are offered in ${where}, ` +
    `for example ${unknown[0]}. AWS leaves out those that are not; if none is left, the group cannot be created.`;
  return [{ id: 'unknownOffering', level: 'warning', text }];
}

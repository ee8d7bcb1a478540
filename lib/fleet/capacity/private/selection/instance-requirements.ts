import * as autoscaling from 'aws-cdk-lib/aws-autoscaling';
import { NumberRange } from '../../number-range';
import { KnownAttributes } from './feasible-types';

/** A value that Auto Scaling reads as no protection: https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_InstanceRequirements.html */
const NO_PRICE_PROTECTION = 999_999;

/**
 * The attributes in the words of Auto Scaling, with the name of each feasible type as the only ones allowed.
 *
 * The names make the set exact: AWS selects no type that it adds later, and none of an attribute that it measures in
 * another way than the catalog. Network bandwidth is left to them for that reason. The attributes say the same once more,
 * for the reader, and so that nobody can widen the selection by editing one of the two.
 */
export function instanceRequirements(
  attributes: KnownAttributes,
  instanceTypes: readonly string[],
): autoscaling.CfnAutoScalingGroup.InstanceRequirementsProperty {
  const { vcpus, memoryGib, memoryGibPerVcpu, localStorageGb } = attributes;
  return {
    cpuManufacturers: ['amazon-web-services'],
    allowedInstanceTypes: [...instanceTypes],
    vCpuCount: { min: Math.ceil(vcpus.min ?? 1), max: floor(vcpus.max) },
    memoryMiB: { min: Math.ceil((memoryGib?.min ?? 0) * 1024), max: floor(memoryGib?.max, 1024) },
    memoryGiBPerVCpu: bounded(memoryGibPerVcpu),
    ...storageRequirements(localStorageGb),
    bareMetal: 'excluded',
    burstablePerformance: instanceTypes.some((type) => type.startsWith('t')) ? 'included' : 'excluded',
    // Otherwise types that cost more per instance than the cheapest ones are dropped behind our back, and with them the
    // larger sizes; the allocation strategies look at the price in any case.
    onDemandMaxPricePercentageOverLowestPrice: NO_PRICE_PROTECTION,
    spotMaxPricePercentageOverLowestPrice: NO_PRICE_PROTECTION,
  };
}

function storageRequirements(range: NumberRange | undefined) {
  if (range?.max === 0) {
    return { localStorage: 'excluded' };
  }
  if ((range?.min ?? 0) > 0) {
    return { localStorage: 'required', totalLocalStorageGb: bounded(range) };
  }
  return { localStorage: 'included' };
}

function bounded(range: NumberRange | undefined): NumberRange | undefined {
  return range?.min === undefined && range?.max === undefined ? undefined : { min: range.min, max: range.max };
}

function floor(figure: number | undefined, factor = 1): number | undefined {
  return figure === undefined ? undefined : Math.floor(figure * factor);
}

import { InstanceCatalog } from '../../../../../catalog';
import { listed, PolicyRule, RuleFlaw } from '../../policy-rule';
import { emptyFlaws, listWidenings } from '../values/lists';

// https://docs.aws.amazon.com/ec2/latest/instancetypes/instance-type-names.html
const SIZE = /^(nano|micro|small|medium|large|([1-9]\d*)?xlarge|metal(-([1-9]\d*)xl)?)$/;

const VCPUS_OF_XLARGE = 4;

/** vCPUs of the sizes below xlarge, on the families of this catalog: one of `medium` and below, two of `large`. */
const VCPUS_BELOW_XLARGE: ReadonlyMap<string, number> = new Map([
  ['nano', 1],
  ['micro', 1],
  ['small', 1],
  ['medium', 1],
  ['large', 2],
]);

/** vCPUs by the name of a size; nothing for `metal`, whose name does not tell. */
function vcpusOf(size: string): number | undefined {
  const count = /^(?:metal-)?(\d*)xl(?:arge)?$/.exec(size)?.[1];
  return count === undefined ? VCPUS_BELOW_XLARGE.get(size) : Number(count || 1) * VCPUS_OF_XLARGE;
}

function sizeOf(instanceType: string): string {
  return instanceType.slice(instanceType.indexOf('.') + 1);
}

function sizeFlaws(size: string): RuleFlaw[] {
  return SIZE.test(size)
    ? []
    : [
        {
          got: JSON.stringify(size),
          allowed: 'a size of EC2, such as 4xlarge or metal-48xl',
          fix: 'give what stands after the point of an instance type',
        },
      ];
}

export const allowedSizes: PolicyRule<'allowedSizes'> = {
  name: 'allowedSizes',
  flaws: (sizes) => [...emptyFlaws(sizes, 'sizes'), ...sizes.flatMap(sizeFlaws)],
  findings: (fleet, sizes) =>
    fleet.instanceTypes
      .filter((type) => !sizes.includes(sizeOf(type)))
      .map((type) => ({
        key: fleet.keyOf(type),
        got: type,
        allowed: listed(sizes),
        fix: 'take the same family in an allowed size',
      })),
  widenings: listWidenings,
};

export const largestSize: PolicyRule<'largestSize'> = {
  name: 'largestSize',
  flaws: (size) => {
    const flaws = sizeFlaws(size);
    return flaws.length === 0 && vcpusOf(size) === undefined
      ? [{ got: size, allowed: 'a size whose name tells its vCPUs', fix: 'give it as metal-48xl or 48xlarge' }]
      : flaws;
  },
  findings: (fleet, size) => {
    const most = vcpusOf(size)!;
    return fleet.instanceTypes
      .map((type) => ({ type, vcpus: InstanceCatalog.lookup(type)?.vcpus ?? vcpusOf(sizeOf(type)) }))
      .filter(({ vcpus }) => vcpus === undefined || vcpus > most)
      .map(({ type, vcpus }) => ({
        key: fleet.keyOf(type),
        got: `${type} (${vcpus ?? 'an unknown number of'} vCPUs)`,
        allowed: `up to ${size} (${most} vCPUs)`,
        fix: 'take more of a smaller size',
      }));
  },
  widenings: (narrower, wider) =>
    vcpusOf(narrower)! > vcpusOf(wider)!
      ? [{ got: narrower, allowed: `up to ${wider}`, fix: 'lower it, or raise it in the wider layer' }]
      : [],
};

import { GravitonProcessor, InstanceCatalog, InstanceFacts } from '../../../../catalog';
import { InstanceAttributes } from '../../instance-attributes';
import { isInRange } from '../problems/range-problems';

/** What attributes mean when they leave something open. */
export type KnownAttributes = InstanceAttributes & { readonly processors: readonly GravitonProcessor[] };

/** Series that are Graviton too, and that nobody means who asks for vCPUs and memory. */
const SPECIAL_SERIES = /^(t|g|hpc)\d/;

/** Every type of the catalog that has the attributes: processors in their order, smallest first. */
export function feasibleTypes(attributes: KnownAttributes): InstanceFacts[] {
  return attributes.processors.flatMap((processor) =>
    InstanceCatalog.allGraviton()
      .filter((facts) => facts.processor === processor && hasAttributes(facts, attributes))
      .sort((one, other) => one.vcpus - other.vcpus),
  );
}

function hasAttributes(facts: InstanceFacts, attributes: KnownAttributes): boolean {
  const { families } = attributes;
  return (
    !facts.bareMetal &&
    (families === undefined ? !SPECIAL_SERIES.test(facts.family) : families.includes(facts.family)) &&
    isInRange(attributes.vcpus, facts.vcpus) &&
    isInRange(attributes.memoryGib, facts.memoryGib) &&
    isInRange(attributes.memoryGibPerVcpu, facts.memoryGib / facts.vcpus) &&
    isInRange(attributes.localStorageGb, facts.nvmeGbTotal ?? 0) &&
    isInRange(attributes.networkBaselineGbps, facts.networkBaselineGbps)
  );
}

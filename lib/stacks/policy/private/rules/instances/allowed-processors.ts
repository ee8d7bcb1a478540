import { InstanceCatalog } from '../../../../../catalog';
import { listed, PolicyRule } from '../../policy-rule';
import { emptyFlaws, listWidenings } from '../values/lists';

const ids = (processors: readonly { readonly id: string }[]) => processors.map(({ id }) => id);

export const allowedProcessors: PolicyRule<'allowedProcessors'> = {
  name: 'allowedProcessors',
  flaws: (processors) => emptyFlaws(processors, 'processors'),
  findings: (fleet, processors) =>
    fleet.instanceTypes
      .map((type) => ({ type, id: InstanceCatalog.classify(type).processor?.id }))
      .filter(({ id }) => id === undefined || !ids(processors).includes(id))
      .map(({ type, id }) => ({
        key: fleet.keyOf(type),
        got: `${type} (${id ?? 'unknown processor'})`,
        allowed: listed(ids(processors)),
        fix: `take types of ${listed(processors.flatMap(({ families }) => families.slice(0, 3)))} or the like`,
      })),
  widenings: (narrower, wider) => listWidenings(ids(narrower), ids(wider)),
};

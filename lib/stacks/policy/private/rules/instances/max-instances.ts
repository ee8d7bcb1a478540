import { PolicyRule } from '../../policy-rule';
import { ceilingWidenings, figureFlaws, unknownSize } from '../values/numbers';

export const maxInstances: PolicyRule<'maxInstances'> = {
  name: 'maxInstances',
  flaws: (most) => figureFlaws(most, (value) => Number.isInteger(value) && value >= 1, 'a whole number from 1'),
  findings: (fleet, most) => {
    const { mostInstances: instances } = fleet;
    if (instances === undefined) {
      return [unknownSize(fleet)];
    }
    return instances > most
      ? [
          {
            key: fleet.capacity.size._names.max,
            got: `up to ${instances} instances`,
            allowed: `at most ${most}`,
            fix: 'lower the greatest size, and that of scheduled actions',
          },
        ]
      : [];
  },
  widenings: (narrower, wider) => ceilingWidenings(narrower, wider, ''),
};

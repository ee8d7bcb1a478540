import { PolicyRule } from '../../policy-rule';
import { ceilingWidenings, figureFlaws, unknownSize } from '../values/numbers';

export const maxInstances: PolicyRule<'maxInstances'> = {
  name: 'maxInstances',
  flaws: (most) => figureFlaws(most, (value) => Number.isInteger(value) && value >= 1, 'a whole number from 1'),
  findings: (fleet, most) => {
    const units = fleet.greatestUnits;
    if (units === undefined) {
      return [unknownSize(fleet)];
    }
    const instances = fleet.instancesIn(units);
    return instances > most
      ? [
          {
            key: fleet.fleet.capacity.size._names.max,
            got: `up to ${instances} instances`,
            allowed: `at most ${most}`,
            fix: 'lower the greatest size, and that of scheduled actions',
          },
        ]
      : [];
  },
  widenings: (narrower, wider) => ceilingWidenings(narrower, wider, ''),
};

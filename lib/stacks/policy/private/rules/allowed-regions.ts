import { listed, PolicyRule } from '../policy-rule';
import { emptyFlaws, listWidenings } from './values/lists';

export const allowedRegions: PolicyRule<'allowedRegions'> = {
  name: 'allowedRegions',
  flaws: (regions) => [
    ...emptyFlaws(regions, 'regions'),
    ...regions
      .filter((region) => !/^[a-z]{2,4}(-[a-z]+)+-\d$/.test(region))
      .map((region) => ({
        got: JSON.stringify(region),
        allowed: 'the name of a region, such as us-east-1',
        fix: 'give regions, not zones or displayed names',
      })),
  ],
  findings: ({ region }, regions) =>
    region !== undefined && regions.includes(region)
      ? []
      : [
          {
            key: 'env.region',
            got: region ?? 'a region that is only known at deployment',
            allowed: listed(regions),
            fix: region ? 'move the fleet, or ask the platform team' : 'give the stack an env with its region',
          },
        ],
  widenings: listWidenings,
};

import { Token } from 'aws-cdk-lib';
import { onDemandPercentage } from '../../../../../fleet/private/purchase-shares';
import { PolicedFleet } from '../../policed/policed-fleet';
import { PolicyRule, RuleFinding } from '../../policy-rule';
import { figureFlaws, unknownSize } from '../values/numbers';

/** On-demand share in percent of a fleet with so many units. */
function shareAt(units: number, { capacity }: PolicedFleet): number {
  const base = Math.min(units, capacity._distribution.onDemandBaseCapacity ?? 0);
  return (100 * (base + ((units - base) * onDemandPercentage(capacity)) / 100)) / units;
}

const UNKNOWN_SHARE: RuleFinding = {
  key: 'capacity.onDemandPercentageAboveBase',
  got: 'a share that is only known at deployment',
  allowed: 'a number, because nothing can be proved of another share',
  fix: 'write it out',
};

export const minOnDemandPercentage: PolicyRule<'minOnDemandPercentage'> = {
  name: 'minOnDemandPercentage',
  flaws: (least) => figureFlaws(least, (value) => value >= 0 && value <= 100, 'a number from 0 to 100'),
  findings: (fleet, least) => {
    if (!fleet.capacity.usesSpot) {
      return [];
    }
    if (Token.isUnresolved(onDemandPercentage(fleet.capacity))) {
      return [UNKNOWN_SHARE];
    }
    const { leastUnits, greatestUnits } = fleet;
    if (leastUnits === undefined || greatestUnits === undefined) {
      return [unknownSize(fleet)];
    }
    // The share falls as the fleet grows beyond its base, so that its two ends tell the least.
    const ends = [Math.max(1, leastUnits), Math.max(1, greatestUnits)].map((units) => shareAt(units, fleet));
    const share = Math.min(...ends);
    // What is a rounding error below a whole percentage is that percentage.
    return share < least - 1e-9
      ? [
          {
            key: fleet.keepsShare ? 'capacity.onDemandPercentageAboveBase' : 'capacity.onDemandBase',
            got: `${Math.floor(share * 10) / 10} % on-demand at the greatest size (${Math.floor(ends[0] * 10) / 10} % at the least)`,
            allowed: `at least ${least} % at any size`,
            fix: `raise ${fleet.keepsShare ? 'onDemandPercentageAboveBase or ' : ''}onDemandBase, or lower the greatest size`,
          },
        ]
      : [];
  },
  widenings: (narrower, wider) =>
    narrower < wider
      ? [{ got: `${narrower} %`, allowed: `at least ${wider} %`, fix: 'raise it, or lower it in the wider layer' }]
      : [],
};

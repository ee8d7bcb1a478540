import { listed, PolicyRule } from '../policy-rule';
import { emptyFlaws } from './values/lists';

export const requiredAlarms: PolicyRule<'requiredAlarms'> = {
  name: 'requiredAlarms',
  flaws: (alarms) => emptyFlaws(alarms, 'alarms'),
  findings: (fleet, alarms) => {
    const missing = fleet.unwatched(alarms);
    return missing.length === 0
      ? []
      : [
          {
            key: 'rollout.watch',
            got: `no ${listed(missing)}`,
            allowed: listed(alarms),
            fix: `watch ${listed(missing.map((alarm) => `RolloutAlarm.${alarm}()`))} too`,
          },
        ];
  },
  // Alarms of both layers are required, so that a narrower one only adds.
  widenings: () => [],
  merged: (narrower, wider) => [...new Set([...wider, ...narrower])],
};

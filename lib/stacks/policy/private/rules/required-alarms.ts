import { InferenceFleet } from '../../../../fleet';
import { PolicyAlarm } from '../../policy-alarm';
import { listed, PolicyRule } from '../policy-rule';
import { emptyFlaws } from './values/lists';

/** What only a load balancer measures. */
const OF_TRAFFIC: readonly PolicyAlarm[] = [PolicyAlarm.SERVER_ERROR_RATE, PolicyAlarm.UNHEALTHY_INSTANCES];

/** What only the built-in server publishes. */
const OF_SERVER: readonly PolicyAlarm[] = [PolicyAlarm.TIME_TO_FIRST_TOKEN];

/** The id that a fleet gives the alarm. */
function idOf(alarm: PolicyAlarm): string {
  return `Rollout${alarm[0].toUpperCase()}${alarm.slice(1)}`;
}

export const requiredAlarms: PolicyRule<'requiredAlarms'> = {
  name: 'requiredAlarms',
  flaws: (alarms) => emptyFlaws(alarms, 'alarms'),
  findings: ({ fleet }, alarms) => {
    const watched = fleet.rolloutAlarms.map(({ node }) => node.id);
    const missing = alarms
      .filter((alarm) => fleet instanceof InferenceFleet || !OF_TRAFFIC.includes(alarm))
      .filter((alarm) => fleet._serverMetrics !== undefined || !OF_SERVER.includes(alarm))
      .filter((alarm) => !watched.includes(idOf(alarm)));
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

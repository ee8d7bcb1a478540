import { nameFleet } from '../../report/name-fleet';
import { readMetrics } from '../../report/read-metrics';
import { Check, ok, problem, skipped } from '../check';
import { AwsCheck } from './aws-check';

const ID = 'aws.metrics';
const PERIOD = 300;
/** EC2's basic monitoring may come fifteen minutes late; half an hour without a point is no delay. */
const PERIODS = 6;
/** Work may well not come for half an hour. */
const OF_THE_GROUP = ['instances', 'units', 'desired', 'cpu'];

/** Whether the metrics of deployed fleets, from which their figures are made, arrived in the last half hour. */
export const METRICS_ARRIVE: AwsCheck = {
  id: ID,
  check: async ({ aws, names, fleets, now }) => {
    const named = [];
    for (const fleet of fleets) {
      named.push(await nameFleet(fleet, names));
    }
    const end = Math.floor(now / PERIOD) * PERIOD;
    const time = { start: end - PERIODS * PERIOD, end, period: PERIOD, why: '' };
    const source = await readMetrics(
      aws,
      named.flatMap(({ metrics }) => Object.values(metrics)),
      time,
    );
    return named.flatMap(({ measures: { fleet }, metrics, notes }) => {
      if (!('instances' in metrics)) {
        return [skipped(`${ID}.${fleet}`, `not deployed, or without instances: ${notes.join('; ')}`)];
      }
      return Object.entries(metrics).flatMap(([name, { metric, stat }]): Check[] => {
        const id = `${ID}.${fleet}.${name}`;
        const points = source.points(metric, stat, { start: time.start, period: PERIOD, length: PERIODS });
        const last = points.reduce((newest, point) => point ?? newest, undefined);
        if (last !== undefined) {
          return [ok(id, `${metric.metricName} arrives: ${last} at last`)];
        }
        const isCpuOfNone =
          name === 'cpu' &&
          source
            .points(metrics.instances.metric, metrics.instances.stat, {
              start: time.start,
              period: PERIOD,
              length: PERIODS,
            })
            .every((point) => !point);
        return OF_THE_GROUP.includes(name) && !isCpuOfNone
          ? [
              problem(
                id,
                `no ${metric.metricName} in the last half hour`,
                'see whether the group has instances, and its metrics are on',
              ),
            ]
          : [skipped(id, `no ${metric.metricName} in the last half hour, which is right when there was nothing to do`)];
      });
    });
  },
};

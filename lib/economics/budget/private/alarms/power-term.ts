import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { unitText } from '../../../metrics/power-text';
import { BoundedFleet } from '../bounds/bounded-fleet';
import { highKilowatts, PowerSources } from '../high-kilowatts';
import { AlarmTerm } from './budget-alarms';
import { cpuUtilization, totalCapacity } from './group-metrics';

export interface PowerTermOptions {
  /** Number of the fleet in its budget. */
  readonly index: number;
  readonly sources: PowerSources;
  readonly period: Duration;
  readonly share: number;
}

/**
 * Estimated kilowatts of everything that a group has, pending and terminating instances included: units of capacity times
 * the most that a unit draws at the group's average CPU utilization, by the model's curve.
 */
export function powerTerm(bounded: BoundedFleet, { index, sources, period, share }: PowerTermOptions): AlarmTerm {
  const { fleet } = bounded;
  const { size, instanceTypes } = fleet.capacity;
  const perUnit = instanceTypes.map((type) => {
    const { idle, fullLoad } = highKilowatts(sources, type, fleet)!;
    const weight = size._weightOf(type) ?? 1;
    return { idle: idle / weight, fullLoad: fullLoad / weight };
  });
  const idle = Math.max(...perUnit.map((each) => each.idle));
  const fullLoad = Math.max(...perUnit.map((each) => each.fullLoad));
  const units = `units${index}`;
  const cpu = `cpu${index}`;
  const perUnitNow = unitText({ idle, fullLoad }, sources.model.curve, `FILL(FILL(${cpu}, REPEAT), 100)`);
  return {
    // The last known figures stand in for those that are late. A group that has measured no utilization yet is taken to
    // work at full load, and one without data for none, so that a fleet at rest does not silence the others.
    expression: `FILL(FILL(${units}, REPEAT), 0) * ${perUnitNow}`,
    usingMetrics: {
      [units]: totalCapacity(bounded, cloudwatch.Stats.MAXIMUM, period),
      [cpu]: cpuUtilization(bounded, period),
    },
    share,
  };
}

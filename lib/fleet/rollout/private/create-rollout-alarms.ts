import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import { Problem } from '../../../validation';
import { FleetRollout } from '../fleet-rollout';
import { WatchedFleet } from './watched-fleet';

/** The alarms that a roll-out watches, as far as somebody measures what they read. */
export function createRolloutAlarms(
  fleet: Construct,
  { _watch: watch }: FleetRollout,
  watched: WatchedFleet,
): cloudwatch.Alarm[] {
  return watch.flatMap(({ _name: name, _alarmIn: alarmIn }) => {
    const props = alarmIn(watched);
    return props ? [new cloudwatch.Alarm(fleet, `Rollout${name}`, props)] : [];
  });
}

/** Alarms that were asked for, and that a fleet without a load balancer has no data for. */
export function watchProblems(rollout?: FleetRollout): Problem[] {
  const allowed = 'an alarm on what is measured without a load balancer';
  const fix = 'leave it out, or give an alarm on a metric of your own in alarms';
  return (rollout?._watch ?? []).flatMap(({ _demands: demanded }) =>
    demanded ? [{ what: 'rollout.watch', got: `an alarm on ${demanded}`, allowed, fix }] : [],
  );
}

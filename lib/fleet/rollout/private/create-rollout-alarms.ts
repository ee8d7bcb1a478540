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
  const asked = new Set(watch.flatMap(({ _name: name, _terms: terms }) => (terms.yields ? [] : [name])));
  return watch.flatMap(({ _name: name, _alarmIn: alarmIn, _terms: terms }) => {
    const props = terms.yields && asked.has(name) ? undefined : alarmIn(watched);
    return props ? [new cloudwatch.Alarm(fleet, `Rollout${name}`, props)] : [];
  });
}

/** Who measures in a fleet. */
export interface Measured {
  readonly byLoadBalancer: boolean;
  readonly byBuiltInServer: boolean;
}

/** Alarms that were asked for, and that a fleet has no data for. */
export function watchProblems(
  rollout: FleetRollout | undefined,
  { byLoadBalancer, byBuiltInServer }: Measured,
): Problem[] {
  return (rollout?._watch ?? []).flatMap(({ _terms: { ofTraffic, ofServer } }) => [
    ...(ofTraffic && !byLoadBalancer ? [withoutLoadBalancer(ofTraffic)] : []),
    ...(ofServer && !byBuiltInServer ? [withoutBuiltInServer(ofServer)] : []),
  ]);
}

function withoutLoadBalancer(measured: string): Problem {
  const allowed = 'an alarm on what is measured without a load balancer';
  const fix = 'leave it out, or give an alarm on a metric of your own in alarms';
  return { what: 'rollout.watch', got: `an alarm on ${measured}`, allowed, fix };
}

function withoutBuiltInServer(measured: string): Problem {
  const allowed = 'an alarm on what is measured without InferenceRuntime.builtIn()';
  const fix = 'give a metric of your own: tokens of tokensPerSecond(), or an alarm in alarms';
  return { what: 'rollout.watch', got: `an alarm on ${measured}`, allowed, fix };
}

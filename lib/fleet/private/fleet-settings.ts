import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { InstanceFleetProps } from '../instance-fleet-props';
import { ColdStart, InstanceLifecycle } from '../lifecycle';
import { LifecycleTimers, lifecycleTimers } from '../lifecycle/private/lifecycle-timers';
import { TimeLimits } from '../lifecycle/private/time-limits';
import { FleetRollout } from '../rollout';
import { RolloutFigures, rolloutFigures } from '../rollout/private/rollout-figures';

/** What a fleet is made from beside its image and its capacity, checked and with every default in place. */
export interface FleetSettings extends TimeLimits {
  readonly vpc: ec2.IVpc;
  readonly vpcSubnets: ec2.SubnetSelection;
  readonly rollout: FleetRollout;
  readonly lifecycle: InstanceLifecycle;
  readonly coldStart: ColdStart;
  readonly timers: LifecycleTimers;
  readonly figures: RolloutFigures;
}

export function fleetSettings(
  props: InstanceFleetProps,
  vpcSubnets: ec2.SubnetSelection,
  limits: TimeLimits,
): FleetSettings {
  const { vpc, lifecycle = {} } = props;
  const { coldStart = ColdStart.typical() } = lifecycle;
  const timers = lifecycleTimers({ ...lifecycle, drain: limits.drain });
  const figures = rolloutFigures(timers);
  const rollout = (props.rollout ?? FleetRollout.canary())._suiting(figures);
  return { vpc, vpcSubnets, rollout, lifecycle, coldStart, timers, figures, ...limits };
}

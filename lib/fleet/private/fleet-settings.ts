import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { InstanceFleetProps } from '../instance-fleet-props';
import { ColdStart, FleetDrain, InstanceLifecycle } from '../lifecycle';
import { LifecycleTimers, lifecycleTimers } from '../lifecycle/private/lifecycle-timers';
import { FleetRollout } from '../rollout';
import { RolloutFigures, rolloutFigures } from '../rollout/private/rollout-figures';

/** What a fleet is made from beside its image and its capacity, checked and with every default in place. */
export interface FleetSettings {
  readonly vpc: ec2.IVpc;
  readonly vpcSubnets: ec2.SubnetSelection;
  readonly rollout: FleetRollout;
  readonly lifecycle: InstanceLifecycle;
  readonly coldStart: ColdStart;
  readonly drain: FleetDrain;
  readonly timers: LifecycleTimers;
  readonly figures: RolloutFigures;
}

export function fleetSettings(props: InstanceFleetProps, vpcSubnets: ec2.SubnetSelection): FleetSettings {
  const { vpc, lifecycle = {} } = props;
  const { coldStart = ColdStart.typical(), drain = FleetDrain.typical() } = lifecycle;
  const timers = lifecycleTimers(lifecycle);
  const figures = rolloutFigures(timers);
  const rollout = (props.rollout ?? FleetRollout.canary())._suiting(figures);
  return { vpc, vpcSubnets, rollout, lifecycle, coldStart, drain, timers, figures };
}

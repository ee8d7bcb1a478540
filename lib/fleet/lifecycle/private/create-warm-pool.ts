import * as autoscaling from 'aws-cdk-lib/aws-autoscaling';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import { InferenceRuntime } from '../../../image';
import { WarmPool } from '../warm-pool';
import { addHook } from './create-drain';
import { LAUNCH_HOOK, launchReadyCommands } from './launch-ready-script';
import { LifecycleTimers } from './lifecycle-timers';

export interface WarmPoolParts {
  readonly group: autoscaling.AutoScalingGroup;
  readonly launchTemplate: ec2.LaunchTemplate;
  readonly userData: ec2.UserData;
  readonly runtime: InferenceRuntime;
  readonly warmPool: WarmPool;
  readonly timers: LifecycleTimers;
}

/** A warm pool, and a hook that keeps its instances running until they have answered once. */
export function createWarmPool(fleet: Construct, parts: WarmPoolParts): void {
  const { group, warmPool, timers, runtime } = parts;
  const { minInstances, maxPreparedInstances, reuseOnScaleIn } = warmPool._options;
  // CDK's own construct compares numbers that are only known at deployment.
  new autoscaling.CfnWarmPool(fleet, 'WarmPool', {
    autoScalingGroupName: group.autoScalingGroupName,
    poolState: warmPool.state,
    minSize: minInstances,
    maxGroupPreparedCapacity: maxPreparedInstances,
    instanceReusePolicy: reuseOnScaleIn === undefined ? undefined : { reuseOnScaleIn },
  });
  addHook(group, {
    lifecycleHookName: LAUNCH_HOOK,
    lifecycleTransition: 'autoscaling:EC2_INSTANCE_LAUNCHING',
    heartbeatTimeout: timers.launchTimeout.toSeconds(),
    // An instance that never answered has nothing to offer the pool.
    defaultResult: 'ABANDON',
  });
  const timeoutSeconds = timers.launchTimeout.toSeconds();
  parts.userData.addCommands(
    ...launchReadyCommands({ port: runtime.port, healthPath: runtime.healthPath, timeoutSeconds }),
  );
  if (warmPool.state === autoscaling.PoolState.HIBERNATED) {
    const template = parts.launchTemplate.node.defaultChild as ec2.CfnLaunchTemplate;
    template.addPropertyOverride('LaunchTemplateData.HibernationOptions.Configured', true);
  }
}

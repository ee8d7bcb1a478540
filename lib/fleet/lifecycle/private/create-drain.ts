import * as autoscaling from 'aws-cdk-lib/aws-autoscaling';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { acknowledgeFindings } from '../../../validation';
import { FleetDrain } from '../fleet-drain';
import { LifecycleTimers, NOTICE_SECONDS } from './lifecycle-timers';

/** Of the group and not of the account; the agent on the instance calls the hook by this name. */
export const TERMINATION_HOOK = 'drain';

/** What an agent must do to keep the hook waiting, and to end it. */
export const HOOK_ACTIONS = ['autoscaling:CompleteLifecycleAction', 'autoscaling:RecordLifecycleActionHeartbeat'];

/** Where the agent on the instance reads how to drain, in the words of its configuration. */
const DRAIN_FILE = '/etc/graviton/drain.json';
const DRAIN_UNIT = 'graviton-drain-agent.service';

export interface DrainOptions {
  readonly group: autoscaling.AutoScalingGroup;
  readonly role: iam.IRole;
  readonly userData: ec2.UserData;
  readonly drain: FleetDrain;
  readonly timers: LifecycleTimers;
  /** Gauges of the runtime whose sum is its requests in flight; without them the open connections are counted. */
  readonly inFlightMetrics?: readonly string[];
  /** ARNs of the target groups that the instance leaves by itself when Spot interrupts it. */
  readonly targetGroupArns: string[];
}

/** What the agent that drains an instance may and must know. */
export function createDrain(fleet: Construct, options: DrainOptions): void {
  writeDrainFile(options);
  grantDrain(fleet, options);
}

/**
 * A hook that keeps an instance that must go until its agent says that it is done. When no agent answers, the instance
 * ends after the hook's time-out.
 */
export function addTerminationHook(group: autoscaling.AutoScalingGroup, timers: LifecycleTimers): void {
  addHook(group, {
    lifecycleHookName: TERMINATION_HOOK,
    lifecycleTransition: 'autoscaling:EC2_INSTANCE_TERMINATING',
    heartbeatTimeout: timers.terminationTimeout.toSeconds(),
    // ABANDON would end the instance as well, but also skip the other hooks.
    defaultResult: 'CONTINUE',
  });
}

/**
 * Adds a hook to the group itself: a hook of its own resource comes after the first instances, and could not be named in
 * the launch template without a circle of references.
 */
export function addHook(
  group: autoscaling.AutoScalingGroup,
  hook: autoscaling.CfnAutoScalingGroup.LifecycleHookSpecificationProperty,
): void {
  const resource = groupResource(group);
  const hooks = (resource.lifecycleHookSpecificationList ?? []) as object[];
  resource.lifecycleHookSpecificationList = [...hooks, hook] as typeof resource.lifecycleHookSpecificationList;
}

export function groupResource(group: autoscaling.AutoScalingGroup): autoscaling.CfnAutoScalingGroup {
  return group.node.defaultChild as autoscaling.CfnAutoScalingGroup;
}

function writeDrainFile({ userData, drain, timers, targetGroupArns, inFlightMetrics }: DrainOptions): void {
  const content = {
    lifecycleHookName: TERMINATION_HOOK,
    hookSeconds: timers.terminationTimeout.toSeconds(),
    targetGroupArns,
    deregistrationSeconds: NOTICE_SECONDS,
    drainSeconds: drain.longestRequest.toSeconds() + NOTICE_SECONDS,
    ...(inFlightMetrics && { inFlightMetrics }),
  };
  // The ARNs are only known at deployment; they hold no character that JSON or the here-document would change.
  userData.addCommands(
    `mkdir -p /etc/graviton`,
    `cat >${DRAIN_FILE} <<'END'\n${JSON.stringify(content)}\nEND`,
    // At boot the unit had no configuration yet. An AMI that was not built here may lack the agent. It comes after the
    // runtime only to stop before it: an instance that must go while it loads its model would wait for the hook's time-out.
    `systemctl start --no-block --job-mode=ignore-dependencies ${DRAIN_UNIT} || true`,
  );
}

function grantDrain(fleet: Construct, { group, role, targetGroupArns }: DrainOptions): void {
  // A policy of its own: the group waits for the role's default policy, and this one names the group.
  const policy = new iam.Policy(fleet, 'DrainPolicy', {
    roles: [role],
    statements: [
      new iam.PolicyStatement({
        actions: HOOK_ACTIONS,
        resources: [groupResource(group).attrAutoScalingGroupArn],
      }),
    ],
  });
  if (targetGroupArns.length === 0) {
    return;
  }
  policy.addStatements(
    new iam.PolicyStatement({ actions: ['elasticloadbalancing:DeregisterTargets'], resources: targetGroupArns }),
    new iam.PolicyStatement({ actions: ['elasticloadbalancing:DescribeTargetHealth'], resources: ['*'] }),
  );
  acknowledgeFindings(policy, {
    id: 'AwsSolutions-IAM5[Resource::*]',
    reason:
      'Elastic Load Balancing has no resource-level permission for DescribeTargetHealth, by which the instance reads its own state.',
  });
}

import { setTimeout as sleep } from 'node:timers/promises';
import {
  DeregisterTargetsCommand,
  DescribeTargetHealthCommand,
  ElasticLoadBalancingV2Client,
  TargetDescription,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { JsonLog, reasonOf } from '../common/json-log';

/** Instances that drain together share the rate of the account, and each answer names all targets of a group. */
const POLL_MILLISECONDS = 2_000;
/** States in which a load balancer sends a target no new requests. */
const RELEASED = new Set(['draining', 'unused']);

/**
 * The target groups that the instance is in. It needs `elasticloadbalancing:DeregisterTargets` on them, and
 * `elasticloadbalancing:DescribeTargetHealth`, which knows no resource.
 */
export class TargetGroups {
  public constructor(
    private readonly client: ElasticLoadBalancingV2Client,
    private readonly arns: readonly string[],
    private readonly instanceId: string,
    private readonly log: JsonLog,
  ) {}

  /**
   * Takes the instance out of each group. Auto Scaling does that itself only when it terminates the instance. What fails
   * is tried again until `deadline` (milliseconds since 1970). Never throws.
   */
  public async deregister(deadline: number): Promise<void> {
    await Promise.all(this.arns.map((arn) => this.deregisterFrom(arn, deadline)));
  }

  /** Waits until no group sends new requests, at most until `deadline` (milliseconds since 1970). Never throws. */
  public async waitUntilReleased(deadline: number): Promise<void> {
    while (this.arns.length > 0) {
      const released = await Promise.all(this.arns.map((arn) => this.isReleased(arn)));
      if (released.every(Boolean)) {
        this.log.info('released-by-load-balancer');
        return;
      }
      if (Date.now() + POLL_MILLISECONDS > deadline) {
        this.log.warn('not-released-by-load-balancer');
        return;
      }
      await sleep(POLL_MILLISECONDS);
    }
  }

  private async deregisterFrom(arn: string, deadline: number): Promise<void> {
    for (;;) {
      try {
        const targets = (await this.registrations(arn)).map(({ target }) => target);
        if (targets.length > 0) {
          await this.client.send(new DeregisterTargetsCommand({ TargetGroupArn: arn, Targets: targets }));
        }
        this.log.info('deregistered', { targetGroup: arn, targets: targets.length });
        return;
      } catch (error) {
        this.log.error('not-deregistered', { targetGroup: arn, reason: reasonOf(error) });
      }
      if (Date.now() + POLL_MILLISECONDS > deadline) {
        return;
      }
      await sleep(POLL_MILLISECONDS);
    }
  }

  private async isReleased(arn: string): Promise<boolean> {
    try {
      return (await this.registrations(arn)).every(({ state }) => RELEASED.has(state));
    } catch (error) {
      this.log.warn('target-health-unknown', { targetGroup: arn, reason: reasonOf(error) });
      return false;
    }
  }

  /** An instance can be in a group on several ports. */
  private async registrations(arn: string): Promise<{ readonly target: TargetDescription; readonly state: string }[]> {
    const health = await this.client.send(new DescribeTargetHealthCommand({ TargetGroupArn: arn }));
    return (health.TargetHealthDescriptions ?? []).flatMap(({ Target, TargetHealth }) =>
      Target?.Id === this.instanceId ? [{ target: Target, state: TargetHealth?.State ?? '' }] : [],
    );
  }
}

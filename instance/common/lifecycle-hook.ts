import { setTimeout as sleep } from 'node:timers/promises';
import {
  AutoScalingClient,
  CompleteLifecycleActionCommand,
  RecordLifecycleActionHeartbeatCommand,
} from '@aws-sdk/client-auto-scaling';
import { InstanceIdentity } from './instance-identity';
import { JsonLog, reasonOf } from './json-log';
import { ConfigurationError } from './read-configuration';

/** Which termination hook to answer, and as which instance. */
export interface LifecycleHookIdentity {
  readonly autoScalingGroupName: string;
  readonly lifecycleHookName: string;
  readonly instanceId: string;
}

/**
 * The termination hook of this instance. It needs `autoscaling:CompleteLifecycleAction` and
 * `autoscaling:RecordLifecycleActionHeartbeat` on its group and nothing else.
 */
export class LifecycleHook {
  /**
   * @returns `undefined` where no hook is to be answered
   * @throws ConfigurationError when nothing says of which group it is
   */
  public static of(
    lifecycleHookName: string | undefined,
    { region, instanceId, autoScalingGroupName }: InstanceIdentity,
    log: JsonLog,
  ): LifecycleHook | undefined {
    if (lifecycleHookName === undefined) {
      return undefined;
    }
    if (autoScalingGroupName === undefined) {
      throw new ConfigurationError('lifecycleHookName is given, but neither autoScalingGroupName nor a tag with it');
    }
    const identity = { autoScalingGroupName, lifecycleHookName, instanceId };
    return new LifecycleHook(new AutoScalingClient({ region }), identity, log);
  }

  public constructor(
    private readonly client: AutoScalingClient,
    private readonly identity: LifecycleHookIdentity,
    private readonly log: JsonLog,
  ) {}

  /** Starts the hook's time-out anew. Never throws: a hook that is not active yet has no time-out to start. */
  public async heartbeat(): Promise<void> {
    try {
      await this.client.send(new RecordLifecycleActionHeartbeatCommand(this.request));
      this.log.info('hook-heartbeat');
    } catch (error) {
      this.log.warn('hook-heartbeat-failed', { reason: reasonOf(error) });
    }
  }

  /**
   * Lets the termination go on. While Auto Scaling still waits for the load balancer to let go of the instance, the hook
   * is not active and the call is refused; so it is made again until it is accepted. Called twice it does no harm.
   *
   * @param retrySeconds how long to wait before the next attempt
   * @param signal ends the attempts
   */
  public async complete(retrySeconds: number, signal: AbortSignal): Promise<void> {
    let refused = false;
    while (!signal.aborted) {
      try {
        const result = { ...this.request, LifecycleActionResult: 'CONTINUE' };
        await this.client.send(new CompleteLifecycleActionCommand(result), { abortSignal: signal });
        this.log.info('hook-completed');
        return;
      } catch (error) {
        if (!refused && !signal.aborted) {
          this.log.warn('hook-not-completed-yet', { reason: reasonOf(error) });
        }
        refused = true;
      }
      await sleep(retrySeconds * 1000, undefined, { signal }).catch(() => undefined);
    }
  }

  private get request() {
    return {
      AutoScalingGroupName: this.identity.autoScalingGroupName,
      LifecycleHookName: this.identity.lifecycleHookName,
      InstanceId: this.identity.instanceId,
    };
  }
}

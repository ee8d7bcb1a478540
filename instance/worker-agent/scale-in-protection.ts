import { AutoScalingClient, SetInstanceProtectionCommand } from '@aws-sdk/client-auto-scaling';
import { JsonLog, reasonOf } from '../common/json-log';

const RETRY_MILLISECONDS = 30_000;

/** What keeps a busy instance from being scaled in. */
export interface BusySignal {
  setBusy(busy: boolean): void;
  stop(): void;
}

/** For an instance outside any group, or one that must not be protected. */
export const UNPROTECTED: BusySignal = { setBusy: () => undefined, stop: () => undefined };

/**
 * Protects the instance from scale-in as soon as it has a job, and gives it free once it has been idle for a while: two
 * calls per spell of work, not two per job. Spot interruptions and the termination hook are not held up by it. It needs
 * `autoscaling:SetInstanceProtection` on its group.
 */
export class ScaleInProtection implements BusySignal {
  private busy = false;
  /** `undefined` until a call got through: an agent before this one may have left the instance protected. */
  private protectedNow?: boolean;
  private calling = false;
  private timer?: NodeJS.Timeout;
  private stopped = false;

  public constructor(
    private readonly client: AutoScalingClient,
    private readonly autoScalingGroupName: string,
    private readonly instanceId: string,
    private readonly idleSeconds: number,
    private readonly log: JsonLog,
  ) {
    this.wait(idleSeconds * 1000);
  }

  public setBusy(busy: boolean): void {
    if (busy === this.busy || this.stopped) {
      return;
    }
    this.busy = busy;
    if (busy) {
      clearTimeout(this.timer);
      void this.apply();
    } else {
      this.wait(this.idleSeconds * 1000);
    }
  }

  /** Ends further calls: an instance that is being terminated has nothing to protect. */
  public stop(): void {
    this.stopped = true;
    clearTimeout(this.timer);
  }

  private wait(milliseconds: number): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.apply(), milliseconds);
    this.timer.unref();
  }

  private async apply(): Promise<void> {
    if (this.calling || this.stopped || this.protectedNow === this.busy) {
      return;
    }
    this.calling = true;
    const wanted = this.busy;
    try {
      await this.client.send(
        new SetInstanceProtectionCommand({
          AutoScalingGroupName: this.autoScalingGroupName,
          InstanceIds: [this.instanceId],
          ProtectedFromScaleIn: wanted,
        }),
      );
      this.protectedNow = wanted;
      this.log.info('scale-in-protection', { protected: wanted });
    } catch (error) {
      // Auto Scaling refuses it while the instance is not in service yet, or not any more. A call whose answer was lost
      // may have done its work all the same, so that nothing is known of the protection now.
      this.protectedNow = undefined;
      this.log.warn('scale-in-protection-failed', { protected: wanted, reason: reasonOf(error) });
      this.wait(RETRY_MILLISECONDS);
    } finally {
      this.calling = false;
    }
    if (this.protectedNow === wanted && this.busy !== wanted) {
      this.wait(this.busy ? 0 : this.idleSeconds * 1000);
    }
  }
}

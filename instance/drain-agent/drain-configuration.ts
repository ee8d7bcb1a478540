import { InterruptionConfiguration } from '../common/interruption';

/** `/etc/graviton/drain.json` with its defaults; `drain-configuration.schema.json` says what each figure means. */
export interface DrainConfiguration extends InterruptionConfiguration {
  readonly lifecycleHookName?: string;
  readonly hookSeconds: number;
  readonly autoScalingGroupName?: string;
  readonly region?: string;
  readonly targetGroupArns: readonly string[];
  readonly deregistrationSeconds: number;
  readonly settleSeconds: number;
  readonly inFlightMetrics: readonly string[];
  readonly layoutCommand: readonly string[];
  readonly runtimeFile: string;
  readonly stateDirectory: string;
}

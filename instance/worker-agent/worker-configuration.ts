import { InterruptionConfiguration } from '../common/interruption';

/** What a job's program is kept from; `README.md` of this room says what each proves. */
export type Isolation = 'process' | 'namespaces' | 'systemd';

/** A program that is started for each job. */
export interface ProgramHandlerConfiguration {
  readonly command: readonly string[];
  readonly isolation: Isolation;
  readonly environment: Readonly<Record<string, string>>;
  readonly unitProperties: readonly string[];
  readonly timeoutSeconds: number;
}

/** A server on the instance that takes each job. */
export interface ServerHandlerConfiguration {
  readonly url: string;
  readonly timeoutSeconds: number;
}

/** Where results go. */
export interface ResultConfiguration {
  readonly queueUrl?: string;
  readonly bucket?: string;
  readonly prefix: string;
  readonly inlineBytes: number;
  readonly maximumBytes: number;
}

/** `/etc/graviton/worker.json` with its defaults; `worker-configuration.schema.json` says what each figure means. */
export interface WorkerConfiguration extends InterruptionConfiguration {
  readonly queueUrl: string;
  readonly ledgerTable: string;
  readonly recordDays: number;
  readonly slots?: number;
  readonly slotsPerVcpu: number;
  readonly visibilitySeconds: number;
  readonly waitSeconds: number;
  readonly retrySeconds: number;
  /** Exactly one of the two. */
  readonly handler: { readonly program?: ProgramHandlerConfiguration; readonly server?: ServerHandlerConfiguration };
  readonly results: ResultConfiguration;
  readonly reportCommand: readonly string[];
  readonly lifecycleHookName?: string;
  readonly hookSeconds: number;
  readonly idleSeconds: number;
  readonly scaleInProtection: boolean;
  readonly autoScalingGroupName?: string;
  readonly region?: string;
}

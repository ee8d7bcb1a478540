import { Duration } from 'aws-cdk-lib';
import { ColdStart } from '../../fleet';
import { InstanceStackOptions } from '../instance-stack-options';

/** What a Ray cluster is made from, beside what every stack has. Its image needs `ImageComponent.ray()`. */
export interface RayClusterStackOptions extends InstanceStackOptions {
  /**
   * Instance type of the head, on which no tasks run.
   *
   * @default - the smallest type of the first worker's family with at least 4 vCPUs and 8 GiB
   */
  readonly headInstanceType?: string;
  /**
   * How long a worker may have nothing to do before Ray terminates it, in whole seconds from 30.
   *
   * @default Duration.minutes(5)
   */
  readonly idleTimeout?: Duration;
  /**
   * How long a worker takes from its launch until it has joined.
   *
   * @default ColdStart.typical(), five minutes
   */
  readonly coldStart?: ColdStart;
}

import { Duration } from 'aws-cdk-lib';

/** What an instance does between its launch and its first answer, each from 0 to 2 hours. */
export interface ColdStartPhases {
  /**
   * From the launch until the runtime starts.
   *
   * @default Duration.seconds(60), an assumption
   */
  readonly boot?: Duration;
  /**
   * Until the model's weights are in memory: size of the weights divided by the throughput of what they come from. A gp3
   * root volume reads 125 MiB per second unless it is given more.
   *
   * @default Duration.minutes(3), an assumption
   */
  readonly weights?: Duration;
  /**
   * Until the runtime answers as fast as it will, and the load balancer has seen it healthy: two checks, 15 seconds apart.
   *
   * @default Duration.seconds(60), an assumption
   */
  readonly warmUp?: Duration;
}

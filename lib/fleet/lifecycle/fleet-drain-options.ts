import { Duration } from 'aws-cdk-lib';
import { SpotNotice } from './spot-notice';

/** How an instance gives up its work. */
export interface FleetDrainOptions {
  /**
   * What becomes of requests that take longer than the notice of a Spot interruption.
   *
   * @default SpotNotice.MUST_SUFFICE
   */
  readonly spotNotice?: SpotNotice;
}

/** The longest generation that the service accepts. */
export interface GenerationLimits extends FleetDrainOptions {
  /** Greatest number of tokens in an answer, as the runtime enforces it. */
  readonly maxTokens: number;
  /** Time per token of an instance under full load: measure it with all slots busy. */
  readonly timePerToken: Duration;
  /**
   * Time until the first token of the longest prompt, under full load.
   *
   * @default Duration.seconds(0)
   */
  readonly timeToFirstToken?: Duration;
}

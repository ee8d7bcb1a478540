import { Duration, Token } from 'aws-cdk-lib';
import { FleetConfigError, Problem } from '../../validation';
import { durationProblems, numberProblems, wholeSeconds } from '../private/range-problems';
import { FleetDrainOptions, GenerationLimits } from './fleet-drain-options';
import { SpotNotice } from './spot-notice';

/** What fits into the notice of a Spot interruption, 120 s, when it takes 10 s until the instance gets no more work. */
const DEFAULT_LONGEST = Duration.seconds(110);

/**
 * The longest that Auto Scaling keeps an instance in a wait state, whatever its heartbeats say.
 * https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_LifecycleHook.html
 */
const LONGEST = Duration.hours(48);

/**
 * How long an instance that must go may finish what it accepted. Scale-in, roll-outs and replacements wait for it by a
 * lifecycle hook and by the load balancer's deregistration delay, and no longer than there are requests. A Spot
 * interruption waits for nobody: its notice is two minutes.
 *
 * In an `InferenceFleet` the built-in server ends requests that take longer than this or its own `requestTimeout`, their
 * wait in its queue included. Other runtimes must be told to.
 */
export class FleetDrain {
  /**
   * Requests of a known greatest duration.
   *
   * @param longestRequest from 1 second to 48 hours; behind a load balancer to 3590 seconds
   * @throws FleetConfigError when it is out of range or only known at deployment
   */
  public static within(longestRequest: Duration, options: FleetDrainOptions = {}): FleetDrain {
    const problems = durationProblems('longestRequest', longestRequest, Duration.seconds(1), LONGEST);
    return FleetDrain.create('FleetDrain.within', problems, () => wholeSeconds(longestRequest), options);
  }

  /**
   * Answers of a language model: the longest takes its greatest number of tokens times the time per token.
   *
   * @throws FleetConfigError with every figure out of its range, and when the longest generation is above 48 hours
   */
  public static forGenerations(limits: GenerationLimits): FleetDrain {
    const { maxTokens, timePerToken, timeToFirstToken = Duration.seconds(0) } = limits;
    const problems = [
      ...tokenProblems(maxTokens),
      ...durationProblems('timePerToken', timePerToken, Duration.millis(1), Duration.minutes(1)),
      ...durationProblems('timeToFirstToken', timeToFirstToken, Duration.seconds(0), Duration.hours(1)),
    ];
    const longest = () =>
      wholeSeconds(
        Duration.millis(timeToFirstToken.toMilliseconds() + Math.ceil(maxTokens * timePerToken.toMilliseconds())),
      );
    const drain = FleetDrain.create('FleetDrain.forGenerations', problems, longest, limits);
    const tooLong = durationProblems('maxTokens x timePerToken', drain.longestRequest, Duration.seconds(1), LONGEST);
    if (tooLong.length > 0) {
      throw new FleetConfigError('FleetDrain.forGenerations', tooLong);
    }
    return drain;
  }

  /** Requests of up to 110 seconds, which fit into the notice of a Spot interruption. */
  public static typical(): FleetDrain {
    return FleetDrain.within(DEFAULT_LONGEST);
  }

  private static create(
    where: string,
    problems: Problem[],
    longestRequest: () => Duration,
    { spotNotice = SpotNotice.MUST_SUFFICE, ...limits }: FleetDrainOptions & Partial<GenerationLimits>,
  ): FleetDrain {
    if (problems.length > 0) {
      throw new FleetConfigError(where, problems);
    }
    return new FleetDrain(longestRequest(), spotNotice, limits.maxTokens ? (limits as GenerationLimits) : undefined);
  }

  private constructor(
    /** The longest that a request may take, in whole seconds. */
    public readonly longestRequest: Duration,
    /** What becomes of requests that take longer than the notice of a Spot interruption. */
    public readonly spotNotice: SpotNotice,
    /**
     * Where the longest request was computed from.
     * @internal
     */
    public readonly _generations?: GenerationLimits,
  ) {}
}

function tokenProblems(maxTokens: number): Problem[] {
  if (Token.isUnresolved(maxTokens)) {
    const fix = 'give a number: other times are computed from it';
    return [{ what: 'maxTokens', got: 'a number that is only known at deployment', allowed: 'a whole number', fix }];
  }
  return numberProblems('maxTokens', maxTokens, { least: 1, most: 10_000_000, whole: true });
}

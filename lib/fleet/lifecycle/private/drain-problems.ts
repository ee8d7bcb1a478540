import { Duration } from 'aws-cdk-lib';
import { Problem } from '../../../validation';
import { FleetCapacity } from '../../fleet-capacity';
import { FleetDrain } from '../fleet-drain';
import { InstanceLifecycle } from '../instance-lifecycle';
import { SpotNotice } from '../spot-notice';
import { NOTICE_SECONDS } from './lifecycle-timers';
import { LifecycleSurroundings, servedLimits } from './served-limits';

/** https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/spot-instance-termination-notices.html */
const SPOT_NOTICE_SECONDS = 120;

/** https://docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-target-group-attributes.html */
const LONGEST_DEREGISTRATION_SECONDS = 3600;

/** Every way in which an instance that must go, or its load balancer, would not wait for what its server accepts. */
export function drainProblems(lifecycle: InstanceLifecycle, surroundings: LifecycleSurroundings): Problem[] {
  const { drain } = servedLimits(lifecycle, surroundings);
  // The figure that the user gave, which the other follows.
  const what =
    lifecycle.drain === undefined && surroundings.image.runtime._server
      ? 'image.runtime.requestTimeout'
      : 'lifecycle.drain';
  const isCut = spotMayCut(drain, surroundings.capacity) && drain.spotNotice === SpotNotice.MUST_SUFFICE;
  return [
    ...serverProblems(lifecycle, surroundings),
    ...deregistrationProblems(what, drain),
    ...(isCut ? [spotProblem(what, drain)] : []),
  ];
}

/** Whether an interruption of a Spot instance can cut a request. */
export function spotMayCut({ longestRequest }: FleetDrain, { usesSpot }: FleetCapacity): boolean {
  return usesSpot && longestRequest.toSeconds() + NOTICE_SECONDS > SPOT_NOTICE_SECONDS;
}

function serverProblems({ drain }: InstanceLifecycle, { image: { runtime } }: LifecycleSurroundings): Problem[] {
  const served = runtime._server?.requestTimeout;
  if (drain === undefined || served === undefined || served.toSeconds() <= drain.longestRequest.toSeconds()) {
    return [];
  }
  const [longest, allowed] = [drain.longestRequest, served].map((time) => time.toHumanString());
  return [
    {
      what: 'lifecycle.drain',
      got: `a longest request of ${longest} for a server whose requestTimeout is ${allowed}`,
      allowed: 'at least what the server lets a request take, or an instance that must go cuts requests',
      fix: 'leave lifecycle.drain or the requestTimeout of InferenceRuntime.builtIn() out: it follows the other',
    },
  ];
}

function deregistrationProblems(what: string, { longestRequest }: FleetDrain): Problem[] {
  if (longestRequest.toSeconds() + NOTICE_SECONDS <= LONGEST_DEREGISTRATION_SECONDS) {
    return [];
  }
  return [
    {
      what,
      got: `a longest request of ${longestRequest.toHumanString()}`,
      allowed: `at most ${LONGEST_DEREGISTRATION_SECONDS - NOTICE_SECONDS} seconds behind a load balancer`,
      fix: 'limit requests to that, or feed longer work by a queue',
    },
  ];
}

function spotProblem(what: string, { longestRequest, _generations: generations }: FleetDrain): Problem {
  const most = SPOT_NOTICE_SECONDS - NOTICE_SECONDS;
  const others = 'use on-demand capacity, or accept the cuts with SpotNotice.MAY_CUT in lifecycle.drain';
  return {
    what,
    got: `a longest request of ${longestRequest.toHumanString()} on Spot instances`,
    allowed: `at most ${most} seconds: an interruption is announced ${SPOT_NOTICE_SECONDS} seconds ahead`,
    fix: generations ? `${tokenLimit(generations, most)}, ${others}` : `limit requests to that, ${others}`,
  };
}

function tokenLimit(generations: NonNullable<FleetDrain['_generations']>, seconds: number): string {
  const { timePerToken, timeToFirstToken = Duration.seconds(0) } = generations;
  const left = seconds * 1000 - timeToFirstToken.toMilliseconds();
  const tokens = Math.floor(left / timePerToken.toMilliseconds());
  return tokens > 0 ? `limit answers to ${tokens} tokens` : 'limit prompts';
}

import { IInferenceImage } from '../../../image';
import { DEFAULT_REQUEST_TIMEOUT } from '../../../image/runtime/private/built-in-command';
import { FleetCapacity } from '../../fleet-capacity';
import { FleetDrain } from '../fleet-drain';
import { InstanceLifecycle } from '../instance-lifecycle';
import { TimeLimits } from './time-limits';

/** What a lifecycle is held against. */
export interface LifecycleSurroundings {
  readonly capacity: FleetCapacity;
  readonly image: IInferenceImage;
}

/**
 * One figure for what a server accepts and what the fleet waits for. Of the drain and the built-in server's request timeout
 * the one that was not given follows the other; without both it is the server's default, or what fits into the notice of
 * an interruption where there may be one.
 */
export function servedLimits(
  { drain }: InstanceLifecycle,
  { capacity: { usesSpot }, image: { runtime } }: LifecycleSurroundings,
): TimeLimits {
  const { _server: server } = runtime;
  if (server === undefined) {
    return { drain: drain ?? FleetDrain.typical() };
  }
  const { requestTimeout } = server;
  if (requestTimeout !== undefined) {
    return { drain: drain ?? FleetDrain.within(requestTimeout) };
  }
  const chosen = drain ?? (usesSpot ? FleetDrain.typical() : FleetDrain.within(DEFAULT_REQUEST_TIMEOUT));
  return { drain: chosen, requestLimit: chosen.longestRequest };
}

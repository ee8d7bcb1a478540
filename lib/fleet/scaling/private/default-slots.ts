import { InstanceCatalog } from '../../../catalog';
import { InferenceRuntime } from '../../../image';
import { Problem } from '../../../validation';

/** Room for what comes while another instance starts: an assumption. */
const SHARE_OF_SLOTS = 0.8;

export interface WantedInFlight {
  readonly perInstance: number;
  readonly problems: Problem[];
}

/**
 * Requests in flight that an instance should have: what was given, or what follows from the runtime's slots on the smallest
 * of the types. Of a type that the catalog does not have one process is counted on.
 */
export function wantedInFlight(
  given: number | undefined,
  { _givenSlots: slots, placement }: InferenceRuntime,
  instanceTypes: readonly string[],
): WantedInFlight {
  if (given !== undefined) {
    return { perInstance: given, problems: [] };
  }
  if (slots === undefined) {
    const fix = "give it, or slotsPerProcess of the image's runtime";
    const allowed = 'a number above 0, because the slots of the runtime are not known';
    return { perInstance: 1, problems: [{ what: 'perInstance', got: 'nothing', allowed, fix }] };
  }
  const processes = instanceTypes.map((type) => placement._processesOn(InstanceCatalog.lookup(type) ?? { vcpus: 1 }));
  return { perInstance: Math.min(...processes) * slots * SHARE_OF_SLOTS, problems: [] };
}

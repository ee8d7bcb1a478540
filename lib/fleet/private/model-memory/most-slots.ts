import { InstanceFacts } from '../../../catalog';
import { SLOTS_MAX } from '../../../image/runtime/private/built-in-command';
import { largest } from './largest';
import { fits, ServedModel } from './model-memory';

/** The most slots of a process with which an instance holds the model; 0 when it does not with one. */
export function mostSlots(served: Omit<ServedModel, 'slots'>, instance: InstanceFacts): number {
  return largest(SLOTS_MAX, (slots) => fits({ ...served, slots }, instance));
}

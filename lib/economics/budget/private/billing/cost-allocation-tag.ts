import { Tags } from 'aws-cdk-lib';
import { ScalableFleet } from '../../../../fleet';

/** Key of the tag that says on a bill which fleet a resource is of. One key for all fleets, because each is activated by hand. */
export const COST_ALLOCATION_TAG = 'graviton-fleet';

/** https://docs.aws.amazon.com/tag-editor/latest/userguide/tagging.html */
const LONGEST_VALUE = 256;

/** Puts the tag on everything of a fleet, instances and their volumes included. */
export function tagForBilling(fleet: ScalableFleet): void {
  Tags.of(fleet).add(COST_ALLOCATION_TAG, tagValue(fleet));
}

/** The fleet's path, in characters that every service takes in tags. */
export function tagValue({ node }: ScalableFleet): string {
  return node.path.replace(/[^\p{L}\p{N} _.:/=+\-@]/gu, '-').slice(-LONGEST_VALUE);
}

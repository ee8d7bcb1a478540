import { Validations } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';

/**
 * A finding of cdk-nag, and why it is accepted.
 *
 * @internal
 */
export interface AcknowledgedFinding {
  /** The id as cdk-nag prints it, for example `AwsSolutions-EC26`. */
  readonly id: string;
  /** Why the finding is accepted. */
  readonly reason: string;
}

/**
 * Acknowledges findings on a construct and all below it.
 *
 * This writes the metadata of `Validations.acknowledge()` itself, because that refuses ids with `::` inside in the oldest
 * aws-cdk-lib that this package supports (2.264), and cdk-nag puts ARNs into the ids of IAM findings.
 *
 * @internal
 */
export function acknowledgeFindings(construct: IConstruct, ...findings: AcknowledgedFinding[]): void {
  for (const { id, reason } of findings) {
    construct.node.addMetadata(Validations.ACKNOWLEDGED_RULES_METADATA_KEY, { [`Annotation::${id}`]: reason });
  }
}

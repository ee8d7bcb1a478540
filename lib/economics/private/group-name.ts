import * as autoscaling from 'aws-cdk-lib/aws-autoscaling';
import { ScalableFleet } from '../../fleet';

/**
 * The name of a fleet's group, for metrics that may be shown in another region or account. The L2's own
 * `autoScalingGroupName` refuses to be read there unless the group has a physical name, which would replace a group that
 * exists; the reference of the resource becomes `Fn::GetStackOutput`.
 */
export function groupName({ autoScalingGroup }: ScalableFleet): string {
  const resource = autoScalingGroup.node.defaultChild;
  return resource instanceof autoscaling.CfnAutoScalingGroup ? resource.ref : autoScalingGroup.autoScalingGroupName;
}

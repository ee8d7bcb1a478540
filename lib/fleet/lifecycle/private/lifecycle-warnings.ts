import { Annotations } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { FleetCapacity } from '../../fleet-capacity';
import { InstanceLifecycle } from '../instance-lifecycle';
import { spotMayCut } from './drain-problems';
import { TimeLimits } from './time-limits';

/** Says what is allowed but may not be what was meant, or what AWS may refuse. */
export function annotateLifecycle(
  fleet: Construct,
  { drain, warmPool }: InstanceLifecycle & TimeLimits,
  capacity: FleetCapacity,
): void {
  const warn = (id: string, text: string): void => Annotations.of(fleet).addWarningV2(`cdk-graviton-fleet:${id}`, text);
  if (spotMayCut(drain, capacity)) {
    const longest = drain.longestRequest.toHumanString();
    warn('spotCutsRequests', `An interruption of a Spot instance cuts requests that take up to ${longest}.`);
  }
  if (warmPool) {
    // https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_PutWarmPool.html had the refusal until late 2025; the
    // API references of the SDKs and of the China regions still have it (2026-11).
    warn(
      'warmPoolUnsettled',
      'A warm pool on a mixed instances policy, which every fleet has, was refused by Auto Scaling until late 2025, ' +
        'and AWS documents disagree: try it in the region before you rely on it.',
    );
  }
  if (warmPool && capacity.usesSpot) {
    warn('warmPoolSpot', 'Auto Scaling refused warm pools for groups with Spot Instances: expect an error.');
  }
}

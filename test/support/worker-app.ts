import { Stack } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { FleetCapacity, JobHandler, WorkerFleet, WorkerFleetProps } from '../../lib';
import { existingImage, existingVpc, newStack } from './fleet-app';

export const PROGRAM = JobHandler.program({ command: ['/opt/jobs/run', '--fast'] });

/** A fleet of workers on Spot Instances, of an AMI that exists already. */
export function workerFleet(props: Partial<WorkerFleetProps> = {}, stack: Stack = newStack()): WorkerFleet {
  return new WorkerFleet(stack, 'Workers', {
    vpc: (stack.node.tryFindChild('Vpc') as ec2.IVpc | undefined) ?? existingVpc(stack),
    image: existingImage(),
    capacity: FleetCapacity.spotFirst({ instanceTypes: ['m9g.4xlarge', 'm8g.2xlarge'], maxInstances: 10 }),
    jobs: { handler: PROGRAM },
    ...props,
  });
}

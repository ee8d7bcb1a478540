import * as ec2 from 'aws-cdk-lib/aws-ec2';

/** Where builders, instances and load balancers are when nobody says otherwise: unreachable, with a way out. */
export const PRIVATE_SUBNETS: ec2.SubnetSelection = { subnetType: ec2.SubnetType.PRIVATE_WITH_EGRESS };

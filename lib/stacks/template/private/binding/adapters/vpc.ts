import { createHash } from 'crypto';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { MembersAdapter } from './adapter';
import { importOnce } from './import-once';

const TEXTS = { list: 'string' };
const PER_ZONE = 'as many as Availability Zones, in their order';

/** A VPC by what CDK must know of it, so that nothing is looked up during synthesis. */
export const VPC: MembersAdapter = {
  is: 'an existing VPC',
  members: {
    id: { type: 'string', description: 'The id of the VPC, such as `vpc-0123456789abcdef0`.' },
    availabilityZones: { type: TEXTS, description: 'The Availability Zones of the subnets, such as `us-east-1a`.' },
    privateSubnetIds: {
      type: TEXTS,
      optional: true,
      description: `Ids of the private subnets with a way out: ${PER_ZONE}.`,
    },
    isolatedSubnetIds: { type: TEXTS, optional: true, description: `Ids of the subnets without one: ${PER_ZONE}.` },
    publicSubnetIds: { type: TEXTS, optional: true, description: `Ids of the public subnets: ${PER_ZONE}.` },
    privateSubnetRouteTableIds: {
      type: TEXTS,
      optional: true,
      description: 'Ids of the route tables of the private ones.',
    },
    isolatedSubnetRouteTableIds: { type: TEXTS, optional: true, description: 'Ids of those of the isolated ones.' },
    publicSubnetRouteTableIds: { type: TEXTS, optional: true, description: 'Ids of those of the public ones.' },
    vpcCidrBlock: { type: 'string', optional: true, description: 'The range of addresses, such as `10.0.0.0/16`.' },
    region: { type: 'string', optional: true, description: "The region of the VPC. Default: the fleet's." },
  },
  make: ({ id, ...rest }, context) => {
    const hash = createHash('sha256').update(JSON.stringify(rest)).digest('hex').slice(0, 8);
    const attributes = { vpcId: id, ...rest } as unknown as ec2.VpcAttributes;
    return importOnce(
      context,
      `Vpc ${id as string} ${hash}`,
      (scope, name) => ec2.Vpc.fromVpcAttributes(scope, name, attributes) as ec2.Vpc,
    );
  },
};

import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';

/** Availability Zones of a fleet's network: losing one leaves the other. */
export const FLEET_NETWORK_ZONES = 2;

/** Two Availability Zones, private subnets, and one NAT gateway as the way out. */
export function createFleetNetwork(stack: Construct): ec2.Vpc {
  return new ec2.Vpc(stack, 'Vpc', {
    maxAzs: FLEET_NETWORK_ZONES,
    natGateways: 1,
    // CDK would empty the default security group by a custom resource with a Lambda; nothing here uses that group, and
    // this stack has no hidden functions.
    restrictDefaultSecurityGroup: false,
    subnetConfiguration: [
      { name: 'Public', subnetType: ec2.SubnetType.PUBLIC, mapPublicIpOnLaunch: false, cidrMask: 24 },
      { name: 'Private', subnetType: ec2.SubnetType.PRIVATE_WITH_EGRESS, cidrMask: 20 },
    ],
    // Refused connections only: accepted ones are billed by the gigabyte and say little behind a load balancer.
    flowLogs: { Refused: { trafficType: ec2.FlowLogTrafficType.REJECT } },
  });
}

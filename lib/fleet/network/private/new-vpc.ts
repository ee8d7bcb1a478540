import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import { FleetEndpoint } from '../fleet-endpoint';

/** A VPC whose private subnets have one NAT gateway as the way out. */
export function createVpcWithNatGateway(owner: Construct, zones: number): ec2.Vpc {
  return new ec2.Vpc(owner, 'Vpc', {
    ...common(zones),
    natGateways: 1,
    subnetConfiguration: [
      { name: 'Public', subnetType: ec2.SubnetType.PUBLIC, mapPublicIpOnLaunch: false, cidrMask: 24 },
      { name: 'Private', subnetType: ec2.SubnetType.PRIVATE_WITH_EGRESS, cidrMask: 20 },
    ],
    gatewayEndpoints: { S3: { service: ec2.GatewayVpcEndpointAwsService.S3 } },
  });
}

/** A VPC without a way out but the endpoints of AWS services. */
export function createIsolatedVpc(owner: Construct, zones: number, endpoints: readonly FleetEndpoint[]): ec2.Vpc {
  const vpc = new ec2.Vpc(owner, 'Vpc', {
    ...common(zones),
    natGateways: 0,
    subnetConfiguration: [{ name: 'Isolated', subnetType: ec2.SubnetType.PRIVATE_ISOLATED, cidrMask: 20 }],
    gatewayEndpoints: {
      S3: { service: ec2.GatewayVpcEndpointAwsService.S3 },
      DynamoDb: { service: ec2.GatewayVpcEndpointAwsService.DYNAMODB },
    },
  });
  const securityGroup = new ec2.SecurityGroup(vpc, 'EndpointSecurityGroup', {
    vpc,
    description: 'Endpoints of AWS services: HTTPS from the network itself only',
    allowAllOutbound: false,
  });
  // The literal of the VPC's own range, because cdk-nag cannot read a reference to it.
  securityGroup.addIngressRule(ec2.Peer.ipv4(ec2.Vpc.DEFAULT_CIDR_RANGE), ec2.Port.HTTPS, 'Instances of the network');
  for (const endpoint of endpoints) {
    vpc.addInterfaceEndpoint(`Endpoint-${endpoint}`, {
      service: new ec2.InterfaceVpcEndpointAwsService(endpoint),
      subnets: { subnetType: ec2.SubnetType.PRIVATE_ISOLATED },
      securityGroups: [securityGroup],
      open: false,
    });
  }
  return vpc;
}

function common(zones: number): ec2.VpcProps {
  return {
    ipAddresses: ec2.IpAddresses.cidr(ec2.Vpc.DEFAULT_CIDR_RANGE),
    maxAzs: zones,
    // CDK would empty the default security group by a custom resource with a Lambda; nothing here uses that group, and
    // this library has no hidden functions.
    restrictDefaultSecurityGroup: false,
    // Refused connections only: accepted ones are billed by the gigabyte and say little behind a load balancer.
    flowLogs: { Refused: { trafficType: ec2.FlowLogTrafficType.REJECT } },
  };
}

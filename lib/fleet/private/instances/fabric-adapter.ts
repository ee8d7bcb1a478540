import * as ec2 from 'aws-cdk-lib/aws-ec2';

/**
 * Makes the first network interface of the instances an Elastic Fabric Adapter, which the L2 of aws-cdk-lib 2.264 does
 * not know, and lets the instances talk to each other by it.
 */
export function attachFabricAdapter(launchTemplate: ec2.LaunchTemplate, securityGroup: ec2.SecurityGroup): void {
  const resource = launchTemplate.node.defaultChild as ec2.CfnLaunchTemplate;
  // Security groups belong to the network interface as soon as the template describes one.
  resource.addPropertyDeletionOverride('LaunchTemplateData.SecurityGroupIds');
  resource.addPropertyOverride('LaunchTemplateData.NetworkInterfaces', [
    {
      DeviceIndex: 0,
      InterfaceType: 'efa',
      Groups: [securityGroup.securityGroupId],
      AssociatePublicIpAddress: false,
      DeleteOnTermination: true,
    },
  ]);
  // All traffic to and from the group itself, which egress to any address does not include:
  // https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/efa-start.html#efa-start-security
  const { securityGroupId: groupId } = securityGroup;
  const description = 'Elastic Fabric Adapter between the instances';
  new ec2.CfnSecurityGroupIngress(securityGroup, 'FabricIngress', {
    groupId,
    ipProtocol: '-1',
    sourceSecurityGroupId: groupId,
    description,
  });
  new ec2.CfnSecurityGroupEgress(securityGroup, 'FabricEgress', {
    groupId,
    ipProtocol: '-1',
    destinationSecurityGroupId: groupId,
    description,
  });
}

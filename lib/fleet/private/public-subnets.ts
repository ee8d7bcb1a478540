import * as ec2 from 'aws-cdk-lib/aws-ec2';

/** Whether some of the subnets have a way in from the internet. */
export function areInPublic(vpc: ec2.IVpc, vpcSubnets: ec2.SubnetSelection): boolean {
  const { hasPublic, subnetIds } = vpc.selectSubnets(vpcSubnets);
  // Subnets that were imported one by one are not the VPC's own objects, which is all that CDK looks at.
  return hasPublic || vpc.publicSubnets.some(({ subnetId }) => subnetIds.includes(subnetId));
}

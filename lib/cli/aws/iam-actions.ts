/** Everything that the command may ask AWS. Each action reads; none can change anything. */
export const IAM_ACTIONS = [
  'cloudwatch:GetMetricData',
  'cloudwatch:ListMetrics',
  'ec2:DescribeAvailabilityZones',
  'ec2:DescribeInstanceTypeOfferings',
  'ec2:DescribeInstanceTypes',
  'ec2:DescribeInstances',
  'ec2:DescribeNetworkInterfaces',
  'ec2:DescribeSecurityGroups',
  'ec2:DescribeSpotPriceHistory',
  'ec2:DescribeSubnets',
  'servicequotas:GetAWSDefaultServiceQuota',
  'servicequotas:GetServiceQuota',
] as const;

export type IamAction = (typeof IAM_ACTIONS)[number];

/** What `report` needs of them. */
export const REPORT_ACTIONS: readonly IamAction[] = [
  'cloudwatch:GetMetricData',
  'cloudwatch:ListMetrics',
  'ec2:DescribeInstances',
  'ec2:DescribeNetworkInterfaces',
  'ec2:DescribeSecurityGroups',
];

/**
 * The least IAM policy with these actions. None of them knows resources to restrict it to.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2.html,
 * list_amazoncloudwatch.html and list_servicequotas.html, read 2026-11-23
 */
export function leastPolicy(actions: readonly IamAction[] = IAM_ACTIONS): object {
  return {
    Version: '2012-10-17',
    Statement: [{ Sid: 'GravitonFleetReads', Effect: 'Allow', Action: actions, Resource: '*' }],
  };
}

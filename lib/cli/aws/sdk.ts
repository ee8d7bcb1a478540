// All of the AWS SDK that the command uses. It is bundled into a file of its own, which is only loaded when AWS is asked.
export { CloudWatchClient, paginateGetMetricData, paginateListMetrics } from '@aws-sdk/client-cloudwatch';
export {
  DescribeAvailabilityZonesCommand,
  EC2Client,
  paginateDescribeInstances,
  paginateDescribeInstanceTypeOfferings,
  paginateDescribeInstanceTypes,
  paginateDescribeNetworkInterfaces,
  paginateDescribeSecurityGroups,
  paginateDescribeSpotPriceHistory,
  paginateDescribeSubnets,
} from '@aws-sdk/client-ec2';
export {
  GetAWSDefaultServiceQuotaCommand,
  GetServiceQuotaCommand,
  ServiceQuotasClient,
} from '@aws-sdk/client-service-quotas';

/**
 * By the prefix of their service, what CloudFormation does with the resources of a fleet's template: the permissions of
 * the handlers in its registry, without those for properties that no fleet has.
 */
const ACTIONS: Readonly<Record<string, readonly string[]>> = {
  autoscaling: [
    ...['CreateAutoScalingGroup', 'UpdateAutoScalingGroup', 'DeleteAutoScalingGroup', 'DescribeAutoScalingGroups'],
    ...['AttachLoadBalancerTargetGroups', 'DetachLoadBalancerTargetGroups', 'CreateOrUpdateTags', 'DeleteTags'],
    ...['EnableMetricsCollection', 'DisableMetricsCollection', 'PutScalingPolicy', 'DeletePolicy', 'DescribePolicies'],
    ...['PutLifecycleHook', 'DeleteLifecycleHook', 'DescribeLifecycleHooks', 'DescribeScalingActivities'],
    ...['StartInstanceRefresh', 'CancelInstanceRefresh', 'RollbackInstanceRefresh', 'DescribeInstanceRefreshes'],
    ...['DescribeTags', 'DescribeTrafficSources', 'DescribeNotificationConfigurations'],
  ],
  cloudwatch: [
    ...['PutMetricAlarm', 'DeleteAlarms', 'DescribeAlarms', 'PutDashboard', 'GetDashboard', 'DeleteDashboards'],
    // Of the metrics that a scaling policy reads.
    ...['GetMetricData', 'ListTagsForResource', 'TagResource', 'UntagResource'],
  ],
  ec2: [
    ...['CreateVpc', 'ModifyVpcAttribute', 'DeleteVpc', 'CreateSubnet', 'ModifySubnetAttribute', 'DeleteSubnet'],
    ...['CreateRouteTable', 'DeleteRouteTable', 'AssociateRouteTable', 'DisassociateRouteTable'],
    'ReplaceRouteTableAssociation',
    ...['CreateRoute', 'ReplaceRoute', 'DeleteRoute', 'AllocateAddress', 'ReleaseAddress', 'DisassociateAddress'],
    ...['CreateNatGateway', 'DeleteNatGateway', 'CreateInternetGateway', 'DeleteInternetGateway'],
    ...[
      'AttachInternetGateway',
      'DetachInternetGateway',
      'CreateVpcEndpoint',
      'ModifyVpcEndpoint',
      'DeleteVpcEndpoints',
    ],
    ...['CreateFlowLogs', 'DeleteFlowLogs', 'CreateSecurityGroup', 'DeleteSecurityGroup'],
    ...['AuthorizeSecurityGroupIngress', 'RevokeSecurityGroupIngress', 'UpdateSecurityGroupRuleDescriptionsIngress'],
    ...['AuthorizeSecurityGroupEgress', 'RevokeSecurityGroupEgress', 'UpdateSecurityGroupRuleDescriptionsEgress'],
    ...['CreateLaunchTemplate', 'CreateLaunchTemplateVersion', 'DeleteLaunchTemplate'],
    ...['RunInstances', 'CreateTags', 'DeleteTags'],
    ...['DescribeAccountAttributes', 'DescribeAddresses', 'DescribeAvailabilityZones', 'DescribeFlowLogs'],
    ...['DescribeImages', 'DescribeInstances', 'DescribeInternetGateways', 'DescribeLaunchTemplates'],
    ...['DescribeLaunchTemplateVersions', 'DescribeNatGateways', 'DescribeNetworkInterfaces', 'DescribeRouteTables'],
    ...['DescribeSecurityGroups', 'DescribeSecurityGroupRules', 'DescribeSubnets', 'DescribeTags', 'DescribeVpcs'],
    ...['DescribeVpcAttribute', 'DescribeVpcEndpoints', 'DescribePrefixLists', 'DescribeNetworkAcls'],
    ...['DescribeVpcEncryptionControls', 'DescribeVpnGateways'],
    'GetLaunchTemplateData',
  ],
  elasticloadbalancing: [
    ...['CreateLoadBalancer', 'DeleteLoadBalancer', 'ModifyLoadBalancerAttributes', 'SetSecurityGroups', 'SetSubnets'],
    ...['SetIpAddressType', 'CreateTargetGroup', 'ModifyTargetGroup', 'ModifyTargetGroupAttributes'],
    ...['DeleteTargetGroup', 'CreateListener', 'ModifyListener', 'ModifyListenerAttributes', 'DeleteListener'],
    ...['AddTags', 'RemoveTags', 'DescribeListenerAttributes', 'DescribeListeners', 'DescribeLoadBalancerAttributes'],
    ...['DescribeLoadBalancers', 'DescribeTags', 'DescribeTargetGroupAttributes', 'DescribeTargetGroups'],
    ...['DescribeTargetHealth', 'DescribeCapacityReservation'],
  ],
  imagebuilder: [
    ...['CreateComponent', 'GetComponent', 'DeleteComponent', 'CreateImageRecipe', 'GetImageRecipe'],
    ...['DeleteImageRecipe', 'CreateInfrastructureConfiguration', 'GetInfrastructureConfiguration'],
    ...['UpdateInfrastructureConfiguration', 'DeleteInfrastructureConfiguration', 'CreateWorkflow', 'GetWorkflow'],
    ...['DeleteWorkflow', 'CreateImage', 'GetImage', 'DeleteImage', 'CancelImageCreation'],
    ...['TagResource', 'UntagResource'],
  ],
  logs: [
    ...['CreateLogGroup', 'DeleteLogGroup', 'DescribeLogGroups', 'PutRetentionPolicy', 'DeleteRetentionPolicy'],
    ...['ListTagsForResource', 'TagResource', 'UntagResource'],
    ...['GetDataProtectionPolicy', 'DescribeIndexPolicies', 'DescribeResourcePolicies'],
    // By which EC2 delivers flow logs.
    ...['CreateLogDelivery', 'DeleteLogDelivery'],
  ],
  ssm: ['GetParameter', 'GetParameters'],
};

export const RESOURCE_ACTIONS = Object.entries(ACTIONS).flatMap(([service, names]) =>
  names.map((name) => `${service}:${name}`),
);

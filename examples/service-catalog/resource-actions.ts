/** By the prefix of their service, what CloudFormation does with the resources of a fleet's template. */
const ACTIONS: Readonly<Record<string, readonly string[]>> = {
  autoscaling: [
    ...['CreateAutoScalingGroup', 'UpdateAutoScalingGroup', 'DeleteAutoScalingGroup', 'DescribeAutoScalingGroups'],
    ...['AttachLoadBalancerTargetGroups', 'DetachLoadBalancerTargetGroups', 'CreateOrUpdateTags', 'DeleteTags'],
    ...['EnableMetricsCollection', 'DisableMetricsCollection', 'PutScalingPolicy', 'DeletePolicy', 'DescribePolicies'],
    ...['PutLifecycleHook', 'DeleteLifecycleHook', 'DescribeLifecycleHooks', 'DescribeScalingActivities'],
    ...['StartInstanceRefresh', 'CancelInstanceRefresh', 'RollbackInstanceRefresh', 'DescribeInstanceRefreshes'],
    ...['DescribeTags', 'DescribeTrafficSources', 'DescribeNotificationConfigurations', 'SetInstanceProtection'],
  ],
  cloudwatch: [
    ...['PutMetricAlarm', 'DeleteAlarms', 'DescribeAlarms', 'PutDashboard', 'GetDashboard', 'DeleteDashboards'],
    ...['ListTagsForResource', 'TagResource', 'UntagResource'],
  ],
  ec2: [
    ...['CreateVpc', 'ModifyVpcAttribute', 'DeleteVpc', 'CreateSubnet', 'ModifySubnetAttribute', 'DeleteSubnet'],
    ...['CreateRouteTable', 'DeleteRouteTable', 'AssociateRouteTable', 'DisassociateRouteTable'],
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
    ...['CreateLaunchTemplate', 'CreateLaunchTemplateVersion', 'ModifyLaunchTemplate', 'DeleteLaunchTemplate'],
    ...['DeleteLaunchTemplateVersions', 'RunInstances', 'CreateTags', 'DeleteTags'],
    ...['DescribeAccountAttributes', 'DescribeAddresses', 'DescribeAvailabilityZones', 'DescribeFlowLogs'],
    ...['DescribeImages', 'DescribeInstances', 'DescribeInternetGateways', 'DescribeLaunchTemplates'],
    ...['DescribeLaunchTemplateVersions', 'DescribeNatGateways', 'DescribeNetworkInterfaces', 'DescribeRouteTables'],
    ...['DescribeSecurityGroups', 'DescribeSecurityGroupRules', 'DescribeSubnets', 'DescribeTags', 'DescribeVpcs'],
    ...['DescribeVpcAttribute', 'DescribeVpcEndpoints', 'DescribePrefixLists', 'DescribeNetworkAcls'],
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
    ...['DeleteWorkflow', 'CreateImage', 'GetImage', 'DeleteImage', 'CancelImageCreation', 'ListImageBuildVersions'],
    ...['ListComponentBuildVersions', 'ListWorkflowBuildVersions', 'ListTagsForResource', 'TagResource'],
    'UntagResource',
  ],
  logs: [
    ...['CreateLogGroup', 'DeleteLogGroup', 'DescribeLogGroups', 'PutRetentionPolicy', 'DeleteRetentionPolicy'],
    ...['ListTagsForResource', 'TagResource', 'UntagResource'],
    // By which EC2 delivers flow logs.
    ...['CreateLogDelivery', 'DeleteLogDelivery', 'GetLogDelivery', 'ListLogDeliveries', 'UpdateLogDelivery'],
  ],
  ssm: ['GetParameter', 'GetParameters'],
};

export const RESOURCE_ACTIONS = Object.entries(ACTIONS).flatMap(([service, names]) =>
  names.map((name) => `${service}:${name}`),
);

import { CloudFormationTemplate, Json, Resource } from './template';

/** Each rule gives what is wrong with a resource, or nothing. */
type Rule = (resource: Resource) => (string | false | undefined)[];

const RULES: Record<string, Rule> = {
  'AWS::EC2::LaunchTemplate': ({ Properties: { LaunchTemplateData: data } }) => [
    data.MetadataOptions?.HttpTokens !== 'required' && 'IMDSv1 is possible',
    !data.BlockDeviceMappings?.every(isEncryptedGp3) && 'a volume is not encrypted gp3',
    data.Monitoring?.Enabled !== false && 'detailed monitoring is billed',
    data.KeyName !== undefined && 'SSH has a key',
    data.NetworkInterfaces?.some((nic: Json) => nic.AssociatePublicIpAddress) && 'instances have public addresses',
  ],
  'AWS::ImageBuilder::InfrastructureConfiguration': ({ Properties: { InstanceMetadataOptions: options, KeyPair } }) => [
    options?.HttpTokens !== 'required' && 'IMDSv1 is possible',
    options?.HttpPutResponseHopLimit !== 1 && 'a container on the builder reaches its credentials',
    KeyPair !== undefined && 'SSH has a key',
  ],
  'AWS::ImageBuilder::ImageRecipe': ({ Properties }) => [
    !Properties.BlockDeviceMappings?.every(isEncryptedGp3) && 'a volume is not encrypted gp3',
  ],
  'AWS::ElasticLoadBalancingV2::LoadBalancer': ({ Properties }) => [
    Properties.Scheme !== 'internal' && 'the load balancer is public',
  ],
  'AWS::EC2::SecurityGroup': ({ Properties }) => (Properties.SecurityGroupIngress ?? []).map(openIngress),
  'AWS::EC2::SecurityGroupIngress': ({ Properties }) => [openIngress(Properties)],
  'AWS::EC2::Subnet': ({ Properties }) => [
    Properties.MapPublicIpOnLaunch === true && 'instances in the subnet have public addresses',
  ],
  'AWS::IAM::Policy': ({ Properties }) => Properties.PolicyDocument.Statement.map(broadStatement),
  'AWS::IAM::Role': ({ Properties }) =>
    (Properties.Policies ?? []).flatMap((policy: Json) => policy.PolicyDocument.Statement.map(broadStatement)),
};

/**
 * CloudFormation requires these names, and those of Image Builder, which are derived from the construct's path; the name
 * of a metric or a service is not one that we give.
 */
const REQUIRED_NAMES = [
  'AWS::IAM::Policy.PolicyName',
  'AWS::CloudWatch::Alarm.MetricName',
  'AWS::EC2::VPCEndpoint.ServiceName',
  'AWS::CE::AnomalyMonitor.MonitorName',
  'AWS::CE::AnomalySubscription.SubscriptionName',
  // The user's own name, under which clients find the cells.
  'AWS::Route53::RecordSet.Name',
];

const FORBIDDEN_TYPES = /^(Custom::|AWS::Lambda::|AWS::CloudFormation::CustomResource)/;

/** What is insecure in a template, or against the rule that constructs name, look up and output nothing. */
export function violations(template: CloudFormationTemplate): string[] {
  const found = Object.entries(template.Resources).flatMap(([id, resource]) =>
    [...(RULES[resource.Type]?.(resource) ?? []), forbiddenType(resource), ...physicalNames(resource)]
      .filter((message) => typeof message === 'string')
      .map((message) => `${id}: ${message}`),
  );
  return [...found, ...Object.keys(template.Outputs ?? {}).map((id) => `${id}: an output`)];
}

function isEncryptedGp3({ Ebs }: Json): boolean {
  return Ebs?.Encrypted === true && Ebs.VolumeType === 'gp3';
}

function openIngress({ CidrIp, CidrIpv6 }: Json): string | false {
  return (CidrIp === '0.0.0.0/0' || CidrIpv6 === '::/0') && 'ingress from anywhere';
}

/** Reads that know no resources (service authorization reference of AWS), and give away no more than names. */
const READS_WITHOUT_RESOURCES = [
  'ec2:DescribeInstances',
  'ec2:DescribeTags',
  'elasticloadbalancing:DescribeTargetHealth',
];

function broadStatement({ Effect, Action, Resource: resource, Condition }: Json): string | false {
  const actions: string[] = [Action].flat();
  const limited = Condition !== undefined || actions.every((action) => READS_WITHOUT_RESOURCES.includes(action));
  const broad = actions.includes('*') || ([resource].flat().includes('*') && !limited);
  return Effect === 'Allow' && broad && 'a statement allows *';
}

function forbiddenType({ Type }: Resource): string | false {
  return FORBIDDEN_TYPES.test(Type) && `a hidden function or custom resource (${Type})`;
}

function physicalNames({ Type, Properties }: Resource): string[] {
  return Object.entries(Properties ?? {})
    .filter(([key, value]) => /Name$/.test(key) && typeof value === 'string')
    .filter(([key]) => !REQUIRED_NAMES.includes(`${Type}.${key}`) && !Type.startsWith('AWS::ImageBuilder::'))
    .map(([key]) => `a physical name (${key})`);
}

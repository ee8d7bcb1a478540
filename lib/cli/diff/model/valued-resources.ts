/** Why a replacement of a resource hurts. */
export interface ValuedResource {
  /** Whether it holds data, or is costly or disruptive to make anew. */
  readonly kind: 'stateful' | 'costly';
  /** What goes with it. */
  readonly loses: string;
}

const stateful = (loses: string): ValuedResource => ({ kind: 'stateful', loses });
const costly = (loses: string): ValuedResource => ({ kind: 'costly', loses });

/**
 * Resources that nobody replaces or deletes without noticing. A launch template is not among them: a change makes a new
 * version of the same template. An Image Builder image is not either: a changed AMI is a roll-out, and shown as one.
 */
export const VALUED_RESOURCES: Readonly<Record<string, ValuedResource>> = {
  'AWS::S3::Bucket': stateful('its objects'),
  'AWS::DynamoDB::Table': stateful('its items'),
  'AWS::DynamoDB::GlobalTable': stateful('its items'),
  'AWS::SQS::Queue': stateful('the messages in it, and its address'),
  'AWS::SNS::Topic': stateful('its subscriptions'),
  'AWS::KMS::Key': stateful('everything that it encrypted'),
  'AWS::Logs::LogGroup': stateful('its logs'),
  'AWS::SecretsManager::Secret': stateful('its value'),
  'AWS::SSM::Parameter': stateful('its value'),
  'AWS::ECR::Repository': stateful('its images'),
  'AWS::RDS::DBInstance': stateful('its data'),
  'AWS::RDS::DBCluster': stateful('its data'),
  'AWS::EFS::FileSystem': stateful('its files'),
  'AWS::FSx::FileSystem': stateful('its files'),
  'AWS::EC2::Volume': stateful('its blocks'),
  'AWS::ElastiCache::ReplicationGroup': stateful('its contents'),
  'AWS::Kinesis::Stream': stateful('the records in it'),
  'AWS::Cognito::UserPool': stateful('its users'),
  'AWS::AutoScaling::AutoScalingGroup': costly('all of its instances'),
  'AWS::Batch::ComputeEnvironment': costly('all of its instances'),
  'AWS::EC2::Instance': costly('the machine and its local disks'),
  'AWS::ElasticLoadBalancingV2::LoadBalancer': costly('its address, which clients know'),
  'AWS::ElasticLoadBalancingV2::TargetGroup': costly('its targets, until the new ones are healthy'),
  'AWS::EC2::VPC': costly('everything in it'),
  'AWS::EC2::Subnet': costly('the instances in it'),
  'AWS::EC2::NatGateway': costly('open connections, and its public address'),
  'AWS::EC2::EIP': costly('its public address, which others may have allowed'),
  'AWS::Route53::HostedZone': costly('its name servers, which the parent zone knows'),
  'AWS::CloudFront::Distribution': costly('its domain name'),
};

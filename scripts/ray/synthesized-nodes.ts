import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { FleetCapacity, ImageFeature, InferenceImage, InferenceRuntime, RayCluster } from '../../lib';

/** Where the cluster is to run. */
export interface Surroundings {
  readonly vpcId: string;
  readonly subnetId: string;
  readonly launchTemplateId: string;
}

export interface NodeFile {
  readonly port: number;
  readonly arguments: string[];
  readonly autoscaler?: { readonly cluster_name: string };
}

/** What the user data of a cluster writes on its nodes. */
export interface SynthesizedNodes {
  readonly clusterName: string;
  readonly head: NodeFile;
  readonly worker: NodeFile;
  readonly retire: object;
}

/** Synthesizes a cluster, and reads what it writes on its nodes as CloudFormation would resolve it. */
export function synthesizedNodes(capacity: FleetCapacity, surroundings: Surroundings): SynthesizedNodes {
  const { vpcId, subnetId } = surroundings;
  const stack = new Stack(new App(), 'Check', { env: { account: '123456789012', region: 'us-east-1' } });
  const vpc = ec2.Vpc.fromVpcAttributes(stack, 'Vpc', {
    vpcId,
    availabilityZones: ['us-east-1a'],
    privateSubnetIds: [subnetId],
    privateSubnetRouteTableIds: ['rtb-0123456789abcdef0'],
  });
  const image = InferenceImage.fromAmiId('ami-0123456789abcdef0', {
    architecture: ec2.InstanceArchitecture.ARM_64,
    runtime: InferenceRuntime.none(),
    features: [ImageFeature.RAY],
  });
  new RayCluster(stack, 'Cluster', { vpc, image, capacity });
  const templates = Template.fromStack(stack).findResources('AWS::EC2::LaunchTemplate');
  const userDataOf = (part: string): string => {
    const [, template] = Object.entries(templates).find(([id]) => id.includes(part))!;
    const { UserData: userData } = (template as LaunchTemplate).Properties.LaunchTemplateData;
    return resolved(userData['Fn::Base64'], surroundings);
  };
  const head = fileOf(userDataOf('Head'), 'ray.json') as NodeFile;
  return {
    clusterName: head.autoscaler!.cluster_name,
    head,
    worker: fileOf(userDataOf('Workers'), 'ray.json') as NodeFile,
    retire: fileOf(userDataOf('Head'), 'ray-head.json'),
  };
}

interface LaunchTemplate {
  readonly Properties: { readonly LaunchTemplateData: { readonly UserData: { readonly 'Fn::Base64': Value } } };
}

type Value = string | { readonly Ref: string } | { readonly 'Fn::GetAtt': string[] } | Join;

interface Join {
  readonly 'Fn::Join': [string, Value[]];
}

function resolved(value: Value, surroundings: Surroundings): string {
  if (typeof value === 'string') {
    return value;
  }
  if ('Fn::Join' in value) {
    const [separator, parts] = value['Fn::Join'];
    return parts.map((part) => resolved(part, surroundings)).join(separator);
  }
  return 'Ref' in value ? surroundings.launchTemplateId : '1';
}

function fileOf(userData: string, name: string): object {
  const [, text] = new RegExp(`${name} <<'END'\\n(.*)\\nEND`).exec(userData)!;
  return JSON.parse(text) as object;
}

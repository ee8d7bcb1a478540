import * as fs from 'node:fs';
import * as path from 'node:path';
import { App, Environment, Stack } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import {
  ExistingImageOptions,
  FleetCapacity,
  IInferenceImage,
  InferenceFleet,
  InferenceFleetProps,
  InferenceFleetStack,
  InferenceFleetStackProps,
  InferenceImage,
  InferenceImageOptions,
  InferenceRuntime,
} from '../../lib';
import { useScratchDirectory } from './scratch-directory';

/** The feature flags that the examples recommend. */
export const RECOMMENDED_FLAGS = (
  JSON.parse(fs.readFileSync(path.join(__dirname, '../../examples/minimal-fleet/cdk.json'), 'utf8')) as {
    context: Record<string, unknown>;
  }
).context;

export const ACCOUNT = '123456789012';
export const CERTIFICATE_ARN = `arn:aws:acm:us-east-1:${ACCOUNT}:certificate/00000000-0000-4000-8000-000000000000`;

const assemblies = useScratchDirectory();

/** An app with the feature flags that the examples recommend. */
export function newApp(): App {
  return new App({ context: RECOMMENDED_FLAGS, outdir: assemblies() });
}

/** The environment of a stack in a region. */
export function inRegion(region: string): Environment {
  return { account: ACCOUNT, region };
}

/** An empty stack; with `env: {}` its region is only known at deployment. */
export function newStack(env: Environment = inRegion('us-east-1'), scope = newApp(), id = 'Stack'): Stack {
  return new Stack(scope, id, { env });
}

export function containerRuntime(): InferenceRuntime {
  return InferenceRuntime.container({ image: 'ghcr.io/ggml-org/llama.cpp:server' });
}

/** A network that exists already. */
export function existingVpc(stack: Stack): ec2.IVpc {
  return ec2.Vpc.fromVpcAttributes(stack, 'Vpc', {
    vpcId: 'vpc-0123456789abcdef0',
    availabilityZones: ['us-east-1a', 'us-east-1b'],
    privateSubnetIds: ['subnet-0123456789abcdef0', 'subnet-0123456789abcdef1'],
    privateSubnetRouteTableIds: ['rtb-0123456789abcdef0', 'rtb-0123456789abcdef1'],
  });
}

/** An AMI that exists already. */
export function existingImage(options: Partial<ExistingImageOptions> = {}): IInferenceImage {
  return InferenceImage.fromAmiId('ami-0123456789abcdef0', {
    architecture: ec2.InstanceArchitecture.ARM_64,
    runtime: containerRuntime(),
    ...options,
  });
}

/** A fleet of an AMI that exists already. */
export function existingFleet(stack: Stack, props: Partial<InferenceFleetProps> = {}, id = 'Fleet'): InferenceFleet {
  return new InferenceFleet(stack, id, {
    vpc: (stack.node.tryFindChild('Vpc') as ec2.IVpc | undefined) ?? existingVpc(stack),
    image: existingImage(),
    capacity: FleetCapacity.onDemand({ instanceTypes: ['m9g.4xlarge'] }),
    ...props,
  });
}

/** What goes on the image of a stack. */
export function imageOptions(options: Partial<InferenceImageOptions> = {}): InferenceImageOptions {
  return { runtime: containerRuntime(), ...options };
}

/** What the minimal example deploys, with other kernels or properties. */
export function fleetStack(props: Partial<InferenceFleetStackProps> = {}, app = newApp()): InferenceFleetStack {
  return new InferenceFleetStack(app, 'MinimalFleet', {
    env: inRegion('us-east-1'),
    image: imageOptions(),
    capacity: FleetCapacity.onDemand({ instanceTypes: ['m9g.4xlarge'] }),
    ...props,
  });
}

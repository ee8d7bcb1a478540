import { Size, Stack } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { describe, expect, test } from 'vitest';
import { BaseImage, GravitonProcessor, InferenceImage, InferenceImageProps, KernelBundle } from '../../lib';
import { makeBundle, SELF_TEST, variantFile } from '../support/bundle-maker';
import { problemsOf } from '../support/config-error';
import { ACCOUNT, containerRuntime, existingVpc, inRegion, newStack } from '../support/fleet-app';
import { useScratchDirectory } from '../support/scratch-directory';
import { CloudFormationTemplate, Json, onlyResource, Resource, resourcesOf, templateOf } from '../support/template';

const scratch = useScratchDirectory();

function madeKernels(...requires: string[]): KernelBundle {
  return KernelBundle.fromDirectory(makeBundle(scratch(), [SELF_TEST, variantFile('made', requires)]));
}

function createImage(stack: Stack, props: Partial<InferenceImageProps> = {}): InferenceImage {
  const vpc = existingVpc(stack);
  return new InferenceImage(stack, 'Image', { vpc, runtime: containerRuntime(), kernels: [madeKernels()], ...props });
}

function imageTemplate(props: Partial<InferenceImageProps> = {}, env = inRegion('us-east-1')): CloudFormationTemplate {
  const stack = newStack(env);
  createImage(stack, props);
  return templateOf(stack);
}

function roleOf(template: CloudFormationTemplate, id: string): Resource {
  return resourcesOf(template, 'AWS::IAM::Role').find(([logicalId]) => logicalId.includes(id))![1];
}

function managedPolicies(role: Resource): string[] {
  return role.Properties.ManagedPolicyArns.map((arn: Json) => arn['Fn::Join'][1].at(-1).split('policy/').at(-1));
}

function policyOf(template: CloudFormationTemplate, role: string): Json[] {
  const policies = resourcesOf(template, 'AWS::IAM::Policy').filter(([id]) => id.includes(role));
  return policies.flatMap(([, policy]) => policy.Properties.PolicyDocument.Statement);
}

/** The Kernels component's document, as Image Builder reads it. */
function kernelDocument(template: CloudFormationTemplate): Json {
  const [, kernels] = resourcesOf(template, 'AWS::ImageBuilder::Component').find(([id]) => id.includes('Kernels'))!;
  return JSON.parse(kernels.Properties.Data);
}

describe('the image', () => {
  test('is built on Amazon Linux 2023 for Arm64, with an encrypted gp3 root', () => {
    const [, { Properties }] = onlyResource(imageTemplate(), 'AWS::ImageBuilder::ImageRecipe');
    expect(Properties.ParentImage).toBe('ssm:/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-arm64');
    expect(Properties.BlockDeviceMappings).toEqual([
      {
        DeviceName: '/dev/xvda',
        Ebs: { Encrypted: true, VolumeType: 'gp3', VolumeSize: 30, DeleteOnTermination: true },
      },
    ]);
    expect(Properties.Version).toBe('1.0.x');
  });

  test('takes another base, size and builder', () => {
    const template = imageTemplate({
      baseImage: BaseImage.fromAmiId('ami-0123456789abcdef0', ec2.InstanceArchitecture.ARM_64),
      builder: { rootVolumeSize: Size.gibibytes(50), instanceTypes: ['m8g.large', 'm7g.large'] },
    });
    const [, recipe] = onlyResource(template, 'AWS::ImageBuilder::ImageRecipe');
    expect(recipe.Properties.ParentImage).toBe('ami-0123456789abcdef0');
    expect(recipe.Properties.BlockDeviceMappings[0].Ebs.VolumeSize).toBe(50);
    const [, infrastructure] = onlyResource(template, 'AWS::ImageBuilder::InfrastructureConfiguration');
    expect(infrastructure.Properties.InstanceTypes).toEqual(['m8g.large', 'm7g.large']);
  });

  test('knows its kernels and on which processors they are tested', () => {
    const kernels = [madeKernels()];
    const image = createImage(newStack(), {
      kernels,
      builder: { testInstanceTypes: ['m9g.large', 'm8g.large', 'c9g.large'] },
    });
    expect(image.kernels).toBe(kernels);
    expect(image.testedProcessors).toEqual([GravitonProcessor.GRAVITON5, GravitonProcessor.GRAVITON4]);
  });

  test('is tested before it is registered, and again on an instance of its own', () => {
    const template = imageTemplate();
    const phases = Object.fromEntries(kernelDocument(template).phases.map((phase: Json) => [phase.name, phase.steps]));
    const names = (phase: string) => phases[phase].map(({ name }: Json) => name);
    expect(names('build')).toEqual(['DownloadKernels', 'InstallKernels', 'VerifyKernels']);
    expect(names('validate')).toEqual(['RunSelfTest']);
    expect(names('test')).toEqual(['VerifyKernels', 'RunSelfTest']);
    expect(phases.test[1].inputs.commands[0]).toContain('/opt/graviton/kernels/made-up/bin/selftest');
    const [, image] = onlyResource(template, 'AWS::ImageBuilder::Image');
    expect(image.Properties.ImageTestsConfiguration.ImageTestsEnabled).toBe(true);
  });

  test('waits for its role, the policies of it, and the way out of the network', () => {
    const stack = newStack();
    const vpc = new ec2.Vpc(stack, 'Vpc', { availabilityZones: ['us-east-1a', 'us-east-1b'], natGateways: 1 });
    new InferenceImage(stack, 'Image', { vpc, runtime: containerRuntime(), kernels: [madeKernels()] });
    const template = templateOf(stack);
    const [, image] = onlyResource(template, 'AWS::ImageBuilder::Image');
    const types = [image.DependsOn].flat().map((id) => template.Resources[id!].Type);
    expect(new Set(types)).toEqual(
      new Set(['AWS::IAM::Role', 'AWS::IAM::Policy', 'AWS::EC2::Route', 'AWS::EC2::SubnetRouteTableAssociation']),
    );
  });
});

describe('the builder', () => {
  test('may read objects of the bootstrap bucket and write its logs, and nothing else', () => {
    const logs = (template: CloudFormationTemplate) => ({
      Effect: 'Allow',
      Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
      Resource: { 'Fn::GetAtt': [onlyResource(template, 'AWS::Logs::LogGroup')[0], 'Arn'] },
    });
    const template = imageTemplate();
    const objects = `arn:aws:s3:::cdk-hnb659fds-assets-${ACCOUNT}-us-east-1/*`;
    expect(policyOf(template, 'BuilderRole')).toEqual([
      logs(template),
      { Effect: 'Allow', Action: 's3:GetObject', Resource: objects },
    ]);
    const anywhere = imageTemplate({}, {});
    const [first, { Action, Resource }] = policyOf(anywhere, 'BuilderRole');
    expect([first, Action]).toEqual([logs(anywhere), 's3:GetObject']);
    expect(JSON.stringify(Resource)).toMatch(/cdk-hnb659fds-assets-\$\{AWS::AccountId\}-\$\{AWS::Region\}.*\/\*/);
  });

  test('has the managed policies that Image Builder requires', () => {
    const role = roleOf(imageTemplate(), 'BuilderRole');
    expect(managedPolicies(role)).toEqual(['EC2InstanceProfileForImageBuilder', 'AmazonSSMManagedInstanceCore']);
    expect(role.Properties.AssumeRolePolicyDocument.Statement[0].Principal).toEqual({ Service: 'ec2.amazonaws.com' });
  });

  test('runs in a private subnet, with IMDSv2 at one hop and without ingress', () => {
    const template = imageTemplate();
    const [, { Properties }] = onlyResource(template, 'AWS::ImageBuilder::InfrastructureConfiguration');
    expect(Properties.InstanceMetadataOptions).toEqual({ HttpTokens: 'required', HttpPutResponseHopLimit: 1 });
    expect(Properties.SubnetId).toBe('subnet-0123456789abcdef0');
    expect(Properties.InstanceTypes).toEqual(['m9g.large']);
    const [, group] = onlyResource(template, 'AWS::EC2::SecurityGroup');
    expect(group.Properties.SecurityGroupIngress).toBeUndefined();
  });
});

describe('an image is refused', () => {
  test('with builders that cannot test its kernels', () => {
    const kernels = [madeKernels('i8mm')];
    const instanceTypes = ['m6g.large', 'm7i.large', 'm9g.huge'];
    const problems = problemsOf(() => createImage(newStack(), { kernels, builder: { instanceTypes } }));
    expect(problems.map(({ what, got }) => [what, got.split(' ')[0]])).toEqual(
      instanceTypes.map((type) => ['builder.instanceTypes', type]),
    );
  });

  test('with the default builder in a region that does not offer it', () => {
    const stack = newStack(inRegion('sa-east-1'));
    const [problem] = problemsOf(() => createImage(stack));
    expect(problem.got).toContain('m9g.large in sa-east-1, which does not offer it');
  });

  test('with two bundles of one name', () => {
    const [problem] = problemsOf(() => createImage(newStack(), { kernels: [madeKernels(), madeKernels()] }));
    expect([problem.what, problem.got]).toEqual(['kernels', 'two bundles named made-up']);
  });

  test.each([Size.gibibytes(7), Size.mebibytes(10_000), Size.tebibytes(65)])('with a root volume of %s', (size) => {
    const [problem] = problemsOf(() => createImage(newStack(), { builder: { rootVolumeSize: size } }));
    expect([problem.what, problem.allowed]).toEqual(['builder.rootVolumeSize', '8 to 65536 GiB, whole']);
  });

  test('on a base for x86', () => {
    const parameter = '/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64';
    expect(problemsOf(() => BaseImage.fromSsmParameter(parameter))[0].got).toBe(`${parameter} (x86_64)`);
    const ami = 'ami-0123456789abcdef0';
    const fromId = () => BaseImage.fromAmiId(ami, ec2.InstanceArchitecture.X86_64);
    expect(problemsOf(fromId)[0].got).toBe(`x86_64 for ${ami}`);
  });
});

describe('an AMI that exists already', () => {
  const options = { architecture: ec2.InstanceArchitecture.ARM_64, runtime: containerRuntime() };

  test('is taken with what is said about it', () => {
    const image = InferenceImage.fromAmiId('ami-12345678', { ...options, rootDeviceName: '/dev/sda1' });
    expect(image).toMatchObject({ amiId: 'ami-12345678', rootDeviceName: '/dev/sda1' });
    expect(image.kernels).toBeUndefined();
    expect(image.rootVolumeSize.toGibibytes()).toBe(30);
  });

  test('is refused with every problem at once', () => {
    const wrong = { ...options, architecture: ec2.InstanceArchitecture.X86_64 };
    const problems = problemsOf(() => InferenceImage.fromAmiId('resolve:ssm:/my/ami', wrong));
    expect(problems.map(({ what, got }) => [what, got])).toEqual([
      ['architecture', 'x86_64 for resolve:ssm:/my/ami'],
      ['amiId', '"resolve:ssm:/my/ami"'],
    ]);
  });
});

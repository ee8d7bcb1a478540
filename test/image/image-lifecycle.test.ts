import { Duration, Lazy } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { Schedule } from 'aws-cdk-lib/aws-events';
import { describe, expect, test } from 'vitest';
import { InferenceImage } from '../../lib';
import { problemsOf } from '../support/config-error';
import { containerRuntime, existingFleet, existingVpc, newStack } from '../support/fleet-app';
import { everyOptionTemplate, madeKernels, named, OTHER_ACCOUNT, smallImage } from '../support/image-app';
import { findings } from '../support/strict-validation';
import { CloudFormationTemplate, Json, onlyResource, resourcesOf, templateOf } from '../support/template';

describe('a scheduled rebuild', () => {
  test('builds from the same recipe, and publishes what it built in a parameter of the stack', () => {
    const template = everyOptionTemplate();
    const [, image] = onlyResource(template, 'AWS::ImageBuilder::Image');
    const [, pipeline] = onlyResource(template, 'AWS::ImageBuilder::ImagePipeline');
    const { ImageRecipeArn, Workflows, ExecutionRole, ImageScanningConfiguration } = image.Properties;
    expect(pipeline.Properties).toMatchObject({
      ...{ ImageRecipeArn, Workflows, ExecutionRole, ImageScanningConfiguration, Status: 'ENABLED' },
      Schedule: {
        ScheduleExpression: 'cron(0 3 ? * MON *)',
        PipelineExecutionStartCondition: 'EXPRESSION_MATCH_ONLY',
        Timezone: 'Europe/Berlin',
      },
    });
    const [parameter, { Properties }] = onlyResource(template, 'AWS::SSM::Parameter');
    expect(Properties).toMatchObject({
      Name: '/inference/chat/ami',
      DataType: 'aws:ec2:image',
      Value: { 'Fn::GetAtt': [expect.stringMatching(/^Image/), 'ImageId'] },
    });
    const [, distribution] = named(template, 'AWS::ImageBuilder::DistributionConfiguration', 'Rebuild');
    expect(distribution.Properties.Distributions.map((one: Json) => one.SsmParameterConfigurations)).toEqual([
      [{ ParameterName: { Ref: parameter }, DataType: 'aws:ec2:image' }],
      undefined,
    ]);
    const [, policy] = named(template, 'AWS::IAM::Policy', 'PublishPolicy');
    expect(policy.Properties.PolicyDocument.Statement[0].Action).toBe('ssm:PutParameter');
  });

  test('changes nothing of the image that a deployment builds', () => {
    const imagesOf = (template: CloudFormationTemplate) =>
      Object.entries(template.Resources).filter(([id]) => !/Rebuild|Keep|Lifecycle/.test(id));
    const schedule = Schedule.cron({ hour: '3', minute: '0' });
    const with_ = smallImage((image) => {
      image.addScheduledRebuild({ schedule });
      image.keepLast(3);
    });
    expect(imagesOf(with_)).toEqual(imagesOf(smallImage()));
  });

  test('is refused with every problem at once', () => {
    const schedule = Schedule.rate(Duration.days(7));
    const twice = (image: InferenceImage) => {
      image.addScheduledRebuild({ schedule: Schedule.cron({ hour: '3', minute: '0' }) });
      image.addScheduledRebuild({ schedule, parameterName: 'aws/ami' });
    };
    expect(problemsOf(() => smallImage(twice)).map(({ what }) => what)).toEqual([
      ...['schedule', 'parameterName', 'addScheduledRebuild'],
    ]);
  });
});

describe('keepLast', () => {
  const policiesOf = (template: CloudFormationTemplate): Json[] =>
    resourcesOf(template, 'AWS::ImageBuilder::LifecyclePolicy').map(([, { Properties }]) => Properties);

  test('selects deployed and rebuilt images apart, by tags that only they have', () => {
    const template = everyOptionTemplate();
    const [, image] = onlyResource(template, 'AWS::ImageBuilder::Image');
    const [, pipeline] = onlyResource(template, 'AWS::ImageBuilder::ImagePipeline');
    const selections = policiesOf(template).map(({ ResourceSelection }) => ResourceSelection.TagMap);
    expect(new Set(selections)).toEqual(new Set([image.Properties.Tags, pipeline.Properties.ImageTags]));
    expect(Object.keys(image.Properties.Tags)).not.toEqual(Object.keys(pipeline.Properties.ImageTags));
  });

  test('deletes by count, and never what was launched of late, is shared or tagged', () => {
    const [{ PolicyDetails, Name }] = policiesOf(everyOptionTemplate());
    const keep = { 'graviton-fleet:keep': 'true' };
    expect(PolicyDetails).toEqual([
      {
        Action: { Type: 'DELETE', IncludeResources: { Amis: true, Snapshots: true } },
        Filter: { Type: 'COUNT', Value: 5 },
        ExclusionRules: {
          TagMap: keep,
          Amis: { LastLaunched: { Unit: 'DAYS', Value: 30 }, SharedAccounts: [OTHER_ACCOUNT], TagMap: keep },
        },
      },
    ]);
    expect(Name).toBe(Name.toLowerCase());
  });

  test('has every instance of a fleet replaced two days before its AMI loses protection', () => {
    const lifetime = (template: CloudFormationTemplate) =>
      onlyResource(template, 'AWS::AutoScaling::AutoScalingGroup')[1].Properties.MaxInstanceLifetime;
    expect(lifetime(everyOptionTemplate())).toBe(28 * 24 * 3600);
    expect(lifetime(templateOf(existingFleet(newStack()).autoScalingGroup.stack))).toBeUndefined();
  });

  test('covers rebuilds that are added later, and a fleet that was made before', () => {
    const stack = newStack();
    const image = new InferenceImage(stack, 'Image', {
      ...{ vpc: existingVpc(stack), runtime: containerRuntime(), kernels: [madeKernels()] },
    });
    const fleet = existingFleet(stack, { image });
    image.keepLast(2, { unusedFor: Duration.days(3) });
    image.addScheduledRebuild({ schedule: Schedule.cron({ hour: '3', minute: '0' }) });
    const template = templateOf(fleet.autoScalingGroup.stack);
    expect(policiesOf(template)).toHaveLength(2);
    const [, group] = onlyResource(template, 'AWS::AutoScaling::AutoScalingGroup');
    expect(group.Properties.MaxInstanceLifetime).toBe(24 * 3600);
  });

  test.each<[number, Duration, string[]]>([
    [1, Duration.days(2), ['count', 'unusedFor']],
    [2.5, Duration.hours(80), ['count', 'unusedFor']],
    [1001, Duration.days(366), ['count', 'unusedFor']],
    [2, Duration.days(Lazy.number({ produce: () => 30 })), ['unusedFor']],
  ])('refuses %d images and a time out of range', (count, unusedFor, expected) => {
    const problems = problemsOf(() => smallImage((image) => image.keepLast(count, { unusedFor })));
    expect(problems.map(({ what }) => what)).toEqual(expected);
  });

  test('is refused a second time', () => {
    const twice = (image: InferenceImage) => [2, 3].forEach((count) => image.keepLast(count));
    expect(problemsOf(() => smallImage(twice)).map(({ got }) => got)).toEqual(['3 after 2']);
  });
});

describe('an image by an SSM parameter', () => {
  const options = { architecture: ec2.InstanceArchitecture.ARM_64, runtime: containerRuntime() };

  test('is read at each deployment, and never at launch', () => {
    const stack = newStack();
    const lifetime = Duration.days(88);
    const image = InferenceImage.fromSsmParameter(stack, 'Image', {
      ...{ ...options, parameterName: '/inference/chat/ami', maxInstanceLifetime: lifetime },
    });
    existingFleet(stack, { image });
    const template = templateOf(stack);
    const parameters = Object.entries(template.Parameters!).filter(([id]) => id !== 'BootstrapVersion');
    expect(parameters).toEqual([
      [
        expect.stringMatching(/^Image/),
        expect.objectContaining({
          Type: 'AWS::SSM::Parameter::Value<AWS::EC2::Image::Id>',
          Default: '/inference/chat/ami',
        }),
      ],
    ]);
    const [, launchTemplate] = onlyResource(template, 'AWS::EC2::LaunchTemplate');
    expect(launchTemplate.Properties.LaunchTemplateData.ImageId).toEqual({ Ref: parameters[0][0] });
    const [, group] = onlyResource(template, 'AWS::AutoScaling::AutoScalingGroup');
    expect(group.Properties.MaxInstanceLifetime).toBe(lifetime.toSeconds());
    expect(findings(template, 'us-east-1')).toEqual([]);
  });

  test.each<[string, string, ec2.InstanceArchitecture, string[]]>([
    ['without a slash', 'no-slash', ec2.InstanceArchitecture.X86_64, ['architecture', 'parameterName']],
    ['of AWS', '/aws/service/x', ec2.InstanceArchitecture.ARM_64, ['parameterName']],
    ['that is not known', Lazy.string({ produce: () => '/a' }), ec2.InstanceArchitecture.ARM_64, ['parameterName']],
  ])('%s is refused', (_, parameterName, architecture, expected) => {
    const problems = problemsOf(() =>
      InferenceImage.fromSsmParameter(newStack(), 'Image', { ...options, architecture, parameterName }),
    );
    expect(problems.map(({ what }) => what)).toEqual(expected);
  });
});

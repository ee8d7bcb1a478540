import { Annotations, Match } from 'aws-cdk-lib/assertions';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as logs from 'aws-cdk-lib/aws-logs';
import { describe, expect, test, vi } from 'vitest';
import { ImageComponent, ImageDistribution, ImageLogs, VulnerabilityScan } from '../../lib';
import { problemsOf } from '../support/config-error';
import { newApp, newStack } from '../support/fleet-app';
import {
  everyOption,
  everyOptionTemplate,
  inStack,
  madeKernels,
  named,
  OTHER_ACCOUNT,
  smallImage,
} from '../support/image-app';
import { findings } from '../support/strict-validation';
import { synthUnderNag } from '../support/synth-under-nag';
import { CloudFormationTemplate, Json, onlyResource, resourcesOf, templateOf } from '../support/template';

describe('with every option on', () => {
  test.each([
    ['inspector', VulnerabilityScan.inspector()],
    ['packageAdvisories', VulnerabilityScan.packageAdvisories()],
  ])('an image passes strict validation and cdk-nag, with the scan of %s', (_, vulnerabilityScan) => {
    const app = newApp();
    const stack = everyOption(app, vulnerabilityScan);
    synthUnderNag(app);
    expect(findings(templateOf(stack), 'us-east-1')).toEqual([]);
  });
});

describe('the tests', () => {
  const workflowsOf = (template: CloudFormationTemplate) =>
    resourcesOf(template, 'AWS::ImageBuilder::Workflow').map(([, { Properties }]) => JSON.parse(Properties.Data));

  test('run on each generation, side by side, and one that fails stops the image', () => {
    const template = everyOptionTemplate();
    const workflows = workflowsOf(template);
    expect(workflows.map(({ steps }) => steps[0].inputs)).toEqual([
      { waitFor: 'ssmAgent', instanceTypesOverride: ['m9g.large', 'c9g.large'] },
      { waitFor: 'ssmAgent', instanceTypesOverride: ['m8g.large'] },
    ]);
    for (const { steps } of workflows) {
      const run = steps.find(({ action }: Json) => action === 'ExecuteComponents');
      expect(run.onFailure).toBe('Abort');
      expect(steps.at(-1)).toMatchObject({ action: 'TerminateInstance', onFailure: 'Continue' });
      expect(steps.slice(1).map(({ inputs }: Json) => inputs['instanceId.$'])).toEqual(
        steps.slice(1).map(() => '$.stepOutputs.LaunchTestInstance.instanceId'),
      );
    }
    const [, image] = onlyResource(template, 'AWS::ImageBuilder::Image');
    const [build, ...tests] = image.Properties.Workflows;
    expect(JSON.stringify(build)).toMatch(/imagebuilder:us-east-1:aws:workflow\/build\/build-image\/x\.x\.x/);
    expect(tests).toEqual(
      ['Graviton5', 'Graviton4'].map((name) => ({
        WorkflowArn: inStack(`Testg${name.slice(1)}`),
        OnFailure: 'ABORT',
        ParallelGroup: 'Generations',
      })),
    );
    expect(image.Properties.ExecutionRole).toEqual(inStack('ExecutionRole'));
  });

  test('are one workflow for a single generation, and one for a family that the catalog does not know', () => {
    const template = smallImage();
    expect(workflowsOf(template)).toHaveLength(1);
    const [, image] = onlyResource(template, 'AWS::ImageBuilder::Image');
    expect(image.Properties.Workflows[1].ParallelGroup).toBeUndefined();

    vi.spyOn(console, 'error').mockImplementation(() => undefined);
    const unknown = smallImage(undefined, () => ({ builder: { testInstanceTypes: ['m9g.large', 'm12g.large'] } }));
    expect(named(unknown, 'AWS::ImageBuilder::Workflow', 'Testm12g')).toBeDefined();
  });

  test('of Inspector come first on one generation, and only then is the image scanned', () => {
    const actions = workflowsOf(everyOptionTemplate()).map(({ steps }) => steps.map(({ action }: Json) => action));
    expect(actions[0].slice(1, 3)).toEqual(['CollectImageScanFindings', 'RunCommand']);
    expect(actions[1]).not.toContain('CollectImageScanFindings');
    const scanning = (template: CloudFormationTemplate) =>
      onlyResource(template, 'AWS::ImageBuilder::Image')[1].Properties.ImageScanningConfiguration;
    expect(scanning(everyOptionTemplate())).toEqual({ ImageScanningEnabled: true });
    expect(scanning(smallImage())).toBeUndefined();
  });

  test('on instances that cannot run the kernels are refused', () => {
    const kernels = [madeKernels(['i8mm'])];
    const builder = { testInstanceTypes: ['m9g.large', 'm6g.large'] };
    const problems = problemsOf(() => smallImage(undefined, () => ({ kernels, builder })));
    expect(problems.map(({ what }) => what)).toEqual(['builder.testInstanceTypes']);
  });
});

describe('the components', () => {
  const ids = (template: CloudFormationTemplate): string[] =>
    onlyResource(template, 'AWS::ImageBuilder::ImageRecipe')[1].Properties.Components.map(({ ComponentArn }: Json) =>
      JSON.stringify(ComponentArn).replace(/.*"Image(.*?)[0-9A-F]{8}".*/, '$1'),
    );

  test('are tuning and hardening unless said otherwise, and the scan is last', () => {
    expect(ids(smallImage())).toEqual([
      ...['BootCheck', 'Agents', 'Kernelsmadeup'],
      ...['ComponentTuning', 'Runtime', 'ComponentHardening', 'VulnerabilityScan'],
    ]);
    const components = [ImageComponent.withoutTuning(), ImageComponent.withoutHardening()];
    const builder = { vulnerabilityScan: VulnerabilityScan.none() };
    const others = ['BootCheck', 'Agents', 'Kernelsmadeup', 'Runtime'];
    expect(ids(smallImage(undefined, () => ({ components, builder })))).toEqual(others);
  });

  test('of the user come between them, in their order', () => {
    const mine = ['B', 'A'].map((name) => ImageComponent.commands({ name, buildCommands: ['true'] }));
    const components = [ImageComponent.hardening(), ...mine];
    expect(ids(smallImage(undefined, () => ({ components }))).slice(3)).toEqual([
      ...['ComponentTuning', 'ComponentB', 'ComponentA', 'Runtime', 'ComponentHardening', 'VulnerabilityScan'],
    ]);
  });

  test('of equal names, or too many, are refused together', () => {
    const components = Array.from({ length: 17 }, (_, index) =>
      ImageComponent.commands({ name: `C${index % 16}`, buildCommands: ['true'] }),
    );
    const problems = problemsOf(() => smallImage(undefined, () => ({ components })));
    expect(problems.map(({ got }) => got)).toEqual(['two components named C0', "24 with the image's own"]);
  });

  test('that are too long for a template are uploaded', () => {
    const long = ImageComponent.commands({ name: 'Long', buildCommands: Array<string>(2000).fill('echo hello') });
    const [, { Properties }] = named(
      smallImage(undefined, () => ({ components: [long] })),
      'AWS::ImageBuilder::Component',
      'Long',
    );
    expect(Properties.Data).toBeUndefined();
    expect(JSON.stringify(Properties.Uri)).toMatch(/s3:\/\/cdk-.*\.yaml/);
  });

  test('give the instances of a fleet their permissions', () => {
    const template = everyOptionTemplate();
    const [, { Properties }] = named(template, 'AWS::IAM::Policy', 'FleetInstanceRoleImage');
    expect(Properties.PolicyDocument.Statement).toEqual([
      {
        Effect: 'Allow',
        Action: 'cloudwatch:PutMetricData',
        Resource: '*',
        Condition: { StringEquals: { 'cloudwatch:namespace': 'GravitonFleet' } },
      },
      { Effect: 'Allow', Action: 'ec2:DescribeTags', Resource: '*' },
    ]);
  });
});

test('the digest of a bundle is in the name of its component, and comes to the AMI from there', () => {
  const kernels = madeKernels();
  const template = smallImage(undefined, () => ({ kernels: [kernels] }));
  const [id, component] = named(template, 'AWS::ImageBuilder::Component', 'Kernels');
  const name = component.Properties.Name as string;
  expect(name).toMatch(/^[-A-Za-z0-9]{1,56}-sha256-[0-9a-f]{64}$/);
  expect(`sha256:${name.split('-sha256-')[1]}`).toBe(kernels.digest);
  const [, recipe] = onlyResource(template, 'AWS::ImageBuilder::ImageRecipe');
  expect(recipe.Properties.AmiTags['graviton-fleet:kernels:made-up']).toEqual({
    'Fn::Join': ['', ['sha256:', { 'Fn::Select': [1, { 'Fn::Split': ['-sha256-', { 'Fn::GetAtt': [id, 'Name'] }] }] }]],
  });
});

test('what an update replaces stays known to Image Builder, and a deleted stack leaves nothing of it', () => {
  const kept = Object.values(everyOptionTemplate().Resources).filter(({ UpdateReplacePolicy, Type }) =>
    /ImageBuilder::(Component|ImageRecipe|Image|Workflow)$/.test(Type) ? true : UpdateReplacePolicy === 'never',
  );
  expect(kept.length).toBeGreaterThan(6);
  for (const resource of kept) {
    expect(resource).toMatchObject({ UpdateReplacePolicy: 'Retain', DeletionPolicy: 'Delete' });
  }
});

describe('the logs', () => {
  test('go to a log group with a retention that only image builds write to', () => {
    const template = smallImage();
    const [group, { Properties }] = onlyResource(template, 'AWS::Logs::LogGroup');
    expect(Properties).toEqual({ RetentionInDays: 30 });
    const [, image] = onlyResource(template, 'AWS::ImageBuilder::Image');
    expect(image.Properties.LoggingConfiguration).toEqual({ LogGroupName: { Ref: group } });
  });

  test('go to a log group of the user', () => {
    const template = smallImage(undefined, (stack) => ({
      builder: { logs: ImageLogs.toLogGroup(logs.LogGroup.fromLogGroupName(stack, 'Mine', 'mine')) },
    }));
    expect(resourcesOf(template, 'AWS::Logs::LogGroup')).toEqual([]);
    const [, image] = onlyResource(template, 'AWS::ImageBuilder::Image');
    expect(image.Properties.LoggingConfiguration).toEqual({ LogGroupName: 'mine' });
    const [, policy] = named(template, 'AWS::IAM::Policy', 'ExecutionRole');
    expect(JSON.stringify(policy.Properties.PolicyDocument)).toContain(':log-group:mine:*');
  });

  test('go to a bucket, under a prefix that is all the builder may write', () => {
    const template = everyOptionTemplate();
    const [, infrastructure] = onlyResource(template, 'AWS::ImageBuilder::InfrastructureConfiguration');
    expect(infrastructure.Properties.Logging.S3Logs).toMatchObject({ S3KeyPrefix: 'image-builds' });
    const [, policy] = named(template, 'AWS::IAM::Policy', 'BuilderRole');
    const put = policy.Properties.PolicyDocument.Statement.find(({ Action }: Json) => Action === 's3:PutObject');
    expect(put.Resource['Fn::Join'][1]).toEqual([inStack('Bucket'), '/image-builds/*']);
    expect(JSON.stringify(policy)).toContain('kms:GenerateDataKey');
  });
});

describe('the key of the volumes', () => {
  test('encrypts the AMI, and lets Auto Scaling and the accounts of the distribution launch it', () => {
    const template = everyOptionTemplate();
    const [, recipe] = onlyResource(template, 'AWS::ImageBuilder::ImageRecipe');
    expect(recipe.Properties.BlockDeviceMappings[0].Ebs.KmsKeyId).toEqual(inStack('Key'));
    const [, key] = resourcesOf(template, 'AWS::KMS::Key').find(([id]) => id.startsWith('Key'))!;
    const statements = key.Properties.KeyPolicy.Statement as Json[];
    const scaling = statements.filter(({ Condition }) => JSON.stringify(Condition ?? {}).includes('AutoScaling'));
    expect(scaling.map(({ Action, Condition }) => [[Action].flat().at(-1), Condition.Bool])).toEqual([
      ['kms:ReEncrypt*', undefined],
      ['kms:CreateGrant', { 'kms:GrantIsForAWSResource': 'true' }],
    ]);
    const shared = statements.filter(({ Principal }) => JSON.stringify(Principal).includes(OTHER_ACCOUNT));
    expect(shared.map(({ Action }) => [Action].flat().at(-1))).toEqual(['kms:ReEncrypt*', 'kms:CreateGrant']);
    // Whoever may use the key without being named, is limited by a condition.
    const anybody = statements.filter(({ Principal }) => Principal.AWS === '*');
    expect(anybody).toEqual(scaling);
  });

  test('from elsewhere comes with a warning that says what its policy must allow', () => {
    const stack = newStack();
    const arn = 'arn:aws:kms:us-east-1:123456789012:key/00000000-0000-4000-8000-000000000000';
    smallImage(undefined, () => ({ builder: { encryptionKey: kms.Key.fromKeyArn(stack, 'Key', arn) } }), stack);
    const warnings = Annotations.fromStack(stack).findWarning('*', Match.anyValue());
    expect(warnings.map(({ entry }) => entry.data)).toEqual([expect.stringContaining('AWSServiceRoleForAutoScaling')]);
  });
});

describe('the distribution', () => {
  test('has the stack region first, with key, accounts and tags of each region', () => {
    const template = everyOptionTemplate();
    const [, { Properties }] = named(template, 'AWS::ImageBuilder::DistributionConfiguration', 'ImageDistribution');
    const [home, other] = Properties.Distributions;
    expect([home.Region, other.Region]).toEqual(['us-east-1', 'us-west-2']);
    expect(home.AmiDistributionConfiguration).toMatchObject({
      KmsKeyId: inStack('Key'),
      LaunchPermissionConfiguration: { UserIds: [OTHER_ACCOUNT] },
    });
    expect(home.SsmParameterConfigurations).toBeUndefined();
    expect(other.AmiDistributionConfiguration.KmsKeyId).toBeUndefined();
    expect(Object.keys(other.AmiDistributionConfiguration.AmiTags)).toEqual([
      ...['graviton-fleet:image', 'graviton-fleet:kernels', 'graviton-fleet:kernels:made-up', 'Team'],
    ]);
  });

  test('to an account without a key is refused, for the default key cannot be shared', () => {
    const distribution = ImageDistribution.to({ region: 'us-west-2', accounts: [OTHER_ACCOUNT] });
    const [problem] = problemsOf(() => smallImage(undefined, () => ({ distribution })));
    expect([problem.what, problem.got.split(',')[0]]).toEqual(['distribution', 'accounts in us-west-2']);
  });

  test('is refused with every problem at once', () => {
    const stack = newStack();
    const arn = 'arn:aws:kms:us-east-1:123456789012:key/00000000-0000-4000-8000-000000000000';
    const problems = problemsOf(() =>
      ImageDistribution.to(
        { region: 'us-west-2', encryptionKey: kms.Key.fromKeyArn(stack, 'Key', arn), accounts: ['12'] },
        { region: 'us-west-2', tags: { 'aws:x': 'y', 'a b': 'c', long: 'x'.repeat(257) } },
        { region: 'us-west-2a' },
      ),
    );
    expect(problems.map(({ what }) => what)).toEqual([
      ...['region', 'us-west-2 encryptionKey', 'us-west-2 accounts'],
      ...['us-west-2 tags', 'us-west-2 tags', 'us-west-2 tags', 'region'],
    ]);
  });
});

import * as path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CdkCli, CdkCommandFailed } from '../../scripts/local-aws/cdk-cli';
import { LocalAws } from '../../scripts/local-aws/local-aws';
import { StackReadBack } from '../../scripts/local-aws/stack-read-back';
import { supportTable } from '../../scripts/local-aws/support-table';
import { BundleCopy } from '../support/bundle-copy';
import { FLEETS_UNDER_TEST } from './fleet-under-test';
import { changedTypes, ofType, only, unresolved } from './stack-resources';

const COMPONENT = 'AWS::ImageBuilder::Component';
const RECIPE = 'AWS::ImageBuilder::ImageRecipe';
const IMAGE = 'AWS::ImageBuilder::Image';
const LAUNCH_TEMPLATE = 'AWS::EC2::LaunchTemplate';
const GROUP = 'AWS::AutoScaling::AutoScalingGroup';
/** What follows an image by reference where it is copied, rebuilt by a schedule and published. */
const REBUILD = [
  'AWS::ImageBuilder::DistributionConfiguration',
  'AWS::ImageBuilder::ImagePipeline',
  'AWS::SSM::Parameter',
];

// The steps of a describe block build on each other: they are one deployment's life.
describe.each(FLEETS_UNDER_TEST)('deployment of $name', (fleet) => {
  const table: string[] = [];
  let localAws: LocalAws;
  let bundle: BundleCopy;
  let cdk: CdkCli;
  let created: StackReadBack;
  let updated: StackReadBack;

  const readBack = () => localAws.stack(fleet.stackName);
  const timed = async (step: string, work: () => Promise<unknown>) => {
    const start = Date.now();
    await work();
    table.push(`${step.padEnd(24)} ${((Date.now() - start) / 1000).toFixed(1).padStart(6)} s`);
  };

  beforeAll(async () => {
    await timed('start', async () => {
      localAws = await LocalAws.start();
    });
    bundle = new BundleCopy(fleet.bundleDirectory, path.join(localAws.directory, 'bundle'));
    cdk = new CdkCli({
      localAws,
      app: fleet.app,
      workingDirectory: fleet.directory,
      environment: { [fleet.bundleVariable]: bundle.directory },
    });
  });

  afterAll(async () => {
    await localAws?.stop();
    console.log([`${fleet.name} on the local AWS`, ...table].join('\n'));
  });

  test('bootstraps', async () => {
    await timed('bootstrap', () => cdk.bootstrap());
    expect((await localAws.stack('CDKToolkit')).status).toBe('CREATE_COMPLETE');
  });

  test('creates the stack', async () => {
    await timed('deploy', () => cdk.deploy(fleet.stackName));
    created = await readBack();
    expect(created.status).toBe('CREATE_COMPLETE');
    expect(unresolved(created)).toEqual([]);
  });

  test('runs the image of the recipe in the launch template (image: recorded, not emulated)', () => {
    const image = only(created, IMAGE);
    expect(image.support).toBe('recorded');
    expect(image.attributes.ImageId).toMatch(/^ami-[0-9a-f]{17}$/);
    expect(imageIdOf(created)).toBe(image.attributes.ImageId);
    expect(only(created, RECIPE).properties.ParentImage).toMatch(/^(ami-[0-9a-f]{17}|arn:|ssm:)/);
  });

  test('pins the launch template by number in a mixed-instances group with instance refresh (policy: recorded, not emulated)', () => {
    const group = only(created, GROUP);
    expect(launchTemplateVersionOf(created)).toBe(only(created, LAUNCH_TEMPLATE).attributes.LatestVersionNumber);
    expect(group.updatePolicy).toHaveProperty('AutoScalingInstanceRefresh');
  });

  test('draws a dashboard whose body is JSON with widgets', () => {
    for (const dashboard of ofType(created, 'AWS::CloudWatch::Dashboard')) {
      const body = JSON.parse(dashboard.properties.DashboardBody as string) as { widgets: unknown[] };
      expect(body.widgets.length).toBeGreaterThan(0);
    }
  });

  test('changes nothing when nothing changed', async () => {
    await timed('deploy, no change', () => cdk.deploy(fleet.stackName));
    expect(await readBack()).toEqual(created);
  });

  test('rolls a changed kernel byte out to the group, and touches nothing else (image chain: recorded, not emulated)', async () => {
    bundle.changeOneByte();
    await timed('deploy, one byte changed', () => cdk.deploy(fleet.stackName));
    updated = await readBack();
    expect(updated.status).toBe('UPDATE_COMPLETE');
    const followers = REBUILD.filter((type) => ofType(created, type).length > 0);
    const chain = [GROUP, LAUNCH_TEMPLATE, COMPONENT, IMAGE, RECIPE, ...followers];
    expect(changedTypes(created, updated)).toEqual(chain.sort());
  });

  test('gives component, recipe and image new ARNs, and the image a new AMI (recorded, not emulated)', () => {
    for (const type of [RECIPE, IMAGE]) {
      expect(only(updated, type).physicalId).not.toBe(only(created, type).physicalId);
    }
    const components = ofType(updated, COMPONENT).map(({ physicalId }) => physicalId);
    const used = (only(updated, RECIPE).properties.Components as { ComponentArn: string }[]).map((c) => c.ComponentArn);
    expect(used).toEqual(expect.arrayContaining(components));
    expect(only(updated, IMAGE).properties.ImageRecipeArn).toBe(only(updated, RECIPE).attributes.Arn);
    expect(only(updated, IMAGE).attributes.ImageId).not.toBe(only(created, IMAGE).attributes.ImageId);
  });

  test('raises the launch template version, and the group follows', () => {
    expect(imageIdOf(updated)).toBe(only(updated, IMAGE).attributes.ImageId);
    expect(only(updated, LAUNCH_TEMPLATE).physicalId).toBe(only(created, LAUNCH_TEMPLATE).physicalId);
    expect(only(updated, GROUP).physicalId).toBe(only(created, GROUP).physicalId);
    expect(launchTemplateVersionOf(created)).toBe('1');
    expect(launchTemplateVersionOf(updated)).toBe('2');
  });

  test('rolls back to the old image when the update of the group fails', async () => {
    bundle.changeOneByte();
    await localAws.failNextUpdate(GROUP);
    await timed('deploy, rolled back', () => expect(cdk.deploy(fleet.stackName)).rejects.toThrow(CdkCommandFailed));
    const rolledBack = await readBack();
    expect(rolledBack.status).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(imageIdOf(rolledBack)).toBe(imageIdOf(updated));
    expect(launchTemplateVersionOf(rolledBack)).toBe(launchTemplateVersionOf(updated));
  });

  test('destroys the stack', async () => {
    const support = supportTable(updated);
    await timed('destroy', () => cdk.destroy(fleet.stackName));
    table.push(support);
    expect(await readBack()).toMatchObject({ status: 'DELETE_COMPLETE', resources: {} });
  });
});

function imageIdOf(stack: StackReadBack): unknown {
  return (only(stack, LAUNCH_TEMPLATE).properties.LaunchTemplateData as { ImageId: string }).ImageId;
}

function launchTemplateVersionOf(stack: StackReadBack): unknown {
  const policy = only(stack, GROUP).properties.MixedInstancesPolicy as {
    LaunchTemplate: { LaunchTemplateSpecification: { LaunchTemplateId: string; Version: string } };
  };
  const { LaunchTemplateId, Version } = policy.LaunchTemplate.LaunchTemplateSpecification;
  expect(LaunchTemplateId).toBe(only(stack, LAUNCH_TEMPLATE).physicalId);
  return Version;
}

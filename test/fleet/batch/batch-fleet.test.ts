import { Duration, Lazy } from 'aws-cdk-lib';
import { describe, expect, test } from 'vitest';
import { BatchFleet, BatchFleetProps, FleetCapacity, FleetPlacement, FleetSize, ImageFeature } from '../../../lib';
import { problemsOf } from '../../support/config-error';
import { batchFleet } from '../../support/engine-app';
import { existingImage, newStack } from '../../support/fleet-app';
import { CloudFormationTemplate, Json, onlyResource, resourcesOf, templateOf } from '../../support/template';

const TYPES = { instanceTypes: ['m9g.4xlarge', 'm8g.8xlarge'] };
const VCPUS = FleetSize.vcpus({ min: 64, max: 512 });

function batchTemplate(
  props: Partial<BatchFleetProps> = {},
  change: (fleet: BatchFleet) => void = () => undefined,
): CloudFormationTemplate {
  const stack = newStack();
  change(batchFleet(props, stack));
  return templateOf(stack);
}

/** The compute environments in the order of the queue. */
function environmentsOf(template: CloudFormationTemplate): Json[] {
  const [, { Properties }] = onlyResource(template, 'AWS::Batch::JobQueue');
  const order = [...Properties.ComputeEnvironmentOrder].sort((a: Json, b: Json) => a.Order - b.Order);
  return order.map(({ ComputeEnvironment }) => template.Resources[ComputeEnvironment['Fn::GetAtt'][0]].Properties);
}

/** Way of buying, strategy, least and most vCPUs. */
const boundsOf = (capacity: FleetCapacity) =>
  environmentsOf(batchTemplate({ capacity })).map(({ ComputeResources: resources }) => [
    resources.Type,
    resources.AllocationStrategy,
    resources.MinvCpus,
    resources.MaxvCpus,
  ]);

describe('the compute environments', () => {
  test.each<[string, FleetCapacity, unknown[][]]>([
    [
      'on demand in vCPUs',
      FleetCapacity.onDemand({ ...TYPES, size: VCPUS }),
      [['EC2', 'BEST_FIT_PROGRESSIVE', 64, 512]],
    ],
    [
      'on demand in instances of one size',
      FleetCapacity.onDemand({ instanceTypes: ['m9g.4xlarge', 'c9g.4xlarge'], minInstances: 1, maxInstances: 5 }),
      [['EC2', 'BEST_FIT_PROGRESSIVE', 16, 80]],
    ],
    ['Spot', FleetCapacity.spotFirst({ ...TYPES, size: VCPUS }), [['SPOT', 'SPOT_PRICE_CAPACITY_OPTIMIZED', 64, 512]]],
    [
      'Spot above a base',
      FleetCapacity.spotFirst({ ...TYPES, size: VCPUS, onDemandBase: 48 }),
      [
        ['EC2', 'BEST_FIT_PROGRESSIVE', 48, 48],
        ['SPOT', 'SPOT_PRICE_CAPACITY_OPTIMIZED', 16, 464],
      ],
    ],
    [
      'Spot above a base in instances',
      FleetCapacity.spotFirst({ instanceTypes: ['m9g.4xlarge'], minInstances: 1, maxInstances: 4, onDemandBase: 2 }),
      [
        ['EC2', 'BEST_FIT_PROGRESSIVE', 32, 32],
        ['SPOT', 'SPOT_PRICE_CAPACITY_OPTIMIZED', 0, 32],
      ],
    ],
    [
      'generations on Spot',
      FleetCapacity.mixedGenerations({ instanceTypes: ['m9g.4xlarge'], size: VCPUS, onDemandPercentageAboveBase: 0 }),
      [['SPOT', 'SPOT_CAPACITY_OPTIMIZED', 64, 512]],
    ],
  ])('are what the capacity says: %s', (_, capacity, expected) => {
    expect(boundsOf(capacity)).toEqual(expected);
  });

  test('have exactly the types that were judged', () => {
    const [{ ComputeResources: resources }] = environmentsOf(batchTemplate());
    expect(resources.InstanceTypes).toEqual(['m9g.4xlarge', 'm8g.8xlarge']);
    const attributes = { vcpus: { min: 8, max: 16 }, families: ['m9g', 'm8g'] };
    const capacity = FleetCapacity.attributes({ attributes, size: VCPUS });
    const [{ ComputeResources: selected }] = environmentsOf(batchTemplate({ capacity }));
    expect(selected.InstanceTypes).toEqual(['m9g.2xlarge', 'm9g.4xlarge', 'm8g.2xlarge', 'm8g.4xlarge']);
  });

  test('boot the image by its id and by a numbered version of the launch template', () => {
    const template = batchTemplate();
    const [{ ComputeResources: resources }] = environmentsOf(template);
    const [launchTemplate, { Properties }] = onlyResource(template, 'AWS::EC2::LaunchTemplate');
    expect(resources.Ec2Configuration).toEqual([{ ImageType: 'ECS_AL2023', ImageIdOverride: 'ami-0123456789abcdef0' }]);
    expect(resources.LaunchTemplate).toEqual({
      LaunchTemplateId: { Ref: launchTemplate },
      Version: { 'Fn::GetAtt': [launchTemplate, 'LatestVersionNumber'] },
    });
    expect(Properties.LaunchTemplateData.MetadataOptions.HttpTokens).toBe('required');
    expect(Properties.LaunchTemplateData.BlockDeviceMappings[0].Ebs.Encrypted).toBe(true);
  });

  test('change in place when the image does, and let jobs go on', () => {
    const [properties] = environmentsOf(batchTemplate({ updateTimeout: Duration.hours(5) }));
    expect(properties.ReplaceComputeEnvironment).toBe(false);
    expect(properties.ServiceRole).toBeUndefined();
    expect(properties.ComputeResources.UpdateToLatestImageVersion).toBe(true);
    expect(properties.UpdatePolicy).toEqual({ TerminateJobsOnUpdate: false, JobExecutionTimeoutMinutes: 300 });
  });
});

test('the first boot runs what is added, in the form that AWS Batch takes', () => {
  const template = batchTemplate({}, (fleet) => fleet.userData.addCommands('echo hello'));
  const [, { Properties }] = onlyResource(template, 'AWS::EC2::LaunchTemplate');
  const text = JSON.stringify(Properties.LaunchTemplateData.UserData);
  expect(text).toContain('Content-Type: multipart/mixed');
  expect(text).toContain('{"Fn::Base64":"#!/bin/bash\\necho hello"}');
});

test('nobody reaches the instances', () => {
  const template = batchTemplate();
  expect(onlyResource(template, 'AWS::EC2::SecurityGroup')[1].Properties.SecurityGroupIngress).toBeUndefined();
  expect(resourcesOf(template, 'AWS::EC2::SecurityGroupIngress')).toEqual([]);
});

test('an order that AWS Batch does not follow is said', () => {
  const infosOf = (capacity: FleetCapacity) => {
    const { metadata } = batchFleet({ capacity }).node;
    return metadata.filter(({ data }) => String(data).includes('follows no order'));
  };
  expect(infosOf(FleetCapacity.onDemand({ ...TYPES, size: VCPUS }))).toHaveLength(1);
  expect(infosOf(FleetCapacity.spotFirst({ ...TYPES, size: VCPUS }))).toHaveLength(0);
  expect(infosOf(FleetCapacity.onDemand({ instanceTypes: ['m9g.4xlarge'] }))).toHaveLength(0);
});

describe('a queue of AWS Batch is refused', () => {
  test.each<[string, Partial<BatchFleetProps>, string[]]>([
    ['without the ECS agent', { image: existingImage({ features: [ImageFeature.RAY] }) }, ['image.features']],
    [
      'of x86 types',
      { capacity: FleetCapacity.onDemand({ instanceTypes: ['m7i.large'] }) },
      ['capacity.instanceTypes'],
    ],
    ['of instances that differ', { capacity: FleetCapacity.onDemand(TYPES) }, ['capacity.size']],
    [
      'of work per second',
      {
        capacity: FleetCapacity.onDemand({
          instanceTypes: ['m9g.4xlarge'],
          size: FleetSize.workPerSecond({ perInstance: { 'm9g.4xlarge': 10 }, min: 10, max: 20 }),
        }),
      },
      ['capacity.size'],
    ],
    [
      'with a share that nobody keeps',
      { capacity: FleetCapacity.spotFirst({ ...TYPES, size: VCPUS, onDemandPercentageAboveBase: 50 }) },
      ['capacity.onDemandPercentageAboveBase'],
    ],
    ['of reserved capacity', { capacity: FleetCapacity.reserved({ ...TYPES, size: VCPUS }) }, ['capacity']],
    [
      'in a placement group',
      { capacity: FleetCapacity.onDemand({ ...TYPES, size: VCPUS, placement: FleetPlacement.partitions() }) },
      ['capacity.placement'],
    ],
    [
      'of a size that is not known',
      {
        capacity: FleetCapacity.onDemand({
          instanceTypes: ['m9g.4xlarge'],
          maxInstances: Lazy.number({ produce: () => 4 }),
        }),
      },
      ['capacity.maxInstances'],
    ],
    ['with an update that never ends', { updateTimeout: Duration.days(6) }, ['updateTimeout']],
    ['with an update of half a minute', { updateTimeout: Duration.seconds(90) }, ['updateTimeout']],
  ])('%s', (_, props, expected) => {
    expect(problemsOf(() => batchFleet(props)).map(({ what }) => what)).toEqual(expected);
  });
});

test('ids of the queue stay what they are', () => {
  const template = batchTemplate({ capacity: FleetCapacity.spotFirst({ ...TYPES, size: VCPUS, onDemandBase: 48 }) });
  const ids = Object.entries(template.Resources).map(([id, { Type }]) => `${id} ${Type.split('::')[2]}`);
  expect(ids).toMatchInlineSnapshot(`
    [
      "EvaluationsInstanceRole5E8C9D5A Role",
      "EvaluationsInstanceRoleDefaultPolicyB16810CA Policy",
      "EvaluationsInstanceSecurityGroup5DF20CB1 SecurityGroup",
      "EvaluationsLaunchTemplateProfile9D92046C InstanceProfile",
      "EvaluationsLaunchTemplate3FB9C526 LaunchTemplate",
      "EvaluationsOnDemandInstanceProfile7C2E79C3 InstanceProfile",
      "EvaluationsOnDemandFA5A4058 ComputeEnvironment",
      "EvaluationsSpotInstanceProfile727EB3C2 InstanceProfile",
      "EvaluationsSpot2E84B3A8 ComputeEnvironment",
      "EvaluationsJobQueue46264FAD JobQueue",
    ]
  `);
});

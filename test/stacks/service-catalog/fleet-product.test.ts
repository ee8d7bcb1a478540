import * as s3 from 'aws-cdk-lib/aws-s3';
import { describe, expect, test } from 'vitest';
import {
  ColdStart,
  FleetCapacity,
  FleetSize,
  InferenceFleetProduct,
  InferenceFleetStackOptions,
  WarmPool,
  WorkerFleetProduct,
  WorkerFleetProductProps,
} from '../../../lib';
import { useBuiltInKernels } from '../../support/built-in-kernels';
import { problemsOf } from '../../support/config-error';
import { imageOptions, inRegion, newApp, newStack } from '../../support/fleet-app';
import { ordered, productTemplate } from '../../support/product-template';
import { findings } from '../../support/strict-validation';
import { CloudFormationTemplate, onlyResource } from '../../support/template';
import { PROGRAM } from '../../support/worker-app';

useBuiltInKernels();

const TAGS = { CostCenter: ['chat', 'search'] };
const KNOBS = { highestMinInstances: 4, lowestMaxInstances: 5, tags: TAGS };

describe('a fleet as a product', () => {
  test.each([
    ['2', '5'],
    ['2', '8'],
    ['3', '6'],
    ['4', '5'],
    ['4', '8'],
  ])('with %s to %s instances chosen is the very fleet that was checked with these bounds', (min, max) => {
    const offered = productTemplate(inferenceProduct({ knobs: KNOBS }));
    const chosen = ordered(offered, { MinInstances: min, MaxInstances: max, TagCostCenter: 'chat' });
    const fixed = productTemplate(
      inferenceProduct({
        knobs: { tags: { CostCenter: ['chat'] } },
        fleet: { capacity: onDemand(Number(min), Number(max)) },
      }),
    );
    expect(withoutDashboard(chosen)).toEqual(withoutDashboard(ordered(fixed, { TagCostCenter: 'chat' })));
  });

  test('says on its dashboard what was chosen', () => {
    const offered = productTemplate(inferenceProduct({ knobs: KNOBS }));
    const chosen = ordered(offered, { MinInstances: '3', MaxInstances: '6', TagCostCenter: 'chat' });
    const [, dashboard] = onlyResource(chosen, 'AWS::CloudWatch::Dashboard');
    const [, parts] = dashboard.Properties.DashboardBody['Fn::Join'] as [string, unknown[]];
    expect(parts.join('')).toContain('3 to 6 instances of m9g.4xlarge');
  });

  test('offers each number between the bounds, and the tags, and nothing else', () => {
    const { Parameters } = productTemplate(inferenceProduct({ knobs: KNOBS }));
    expect(Parameters).toEqual({
      MinInstances: {
        Type: 'Number',
        Description: 'Least number of instances',
        AllowedValues: ['2', '3', '4'],
        Default: 2,
      },
      MaxInstances: {
        Type: 'Number',
        Description: 'Greatest number of instances',
        AllowedValues: ['5', '6', '7', '8'],
        Default: 8,
      },
      TagCostCenter: {
        Type: 'String',
        Description: 'Value of the tag CostCenter',
        AllowedValues: ['chat', 'search'],
        Default: 'chat',
      },
    });
  });

  test('without knobs has no parameters', () => {
    expect(productTemplate(inferenceProduct({})).Parameters).toBeUndefined();
  });

  test('puts the chosen tag on the group and its instances', () => {
    const [, group] = onlyResource(
      productTemplate(inferenceProduct({ knobs: KNOBS })),
      'AWS::AutoScaling::AutoScalingGroup',
    );
    expect(group.Properties.Tags).toContainEqual({
      Key: 'CostCenter',
      PropagateAtLaunch: true,
      Value: { Ref: 'TagCostCenter' },
    });
  });

  test('knows the region of its portfolio: prices stand on the dashboard', () => {
    const template = productTemplate(inferenceProduct({}));
    expect(JSON.stringify(onlyResource(template, 'AWS::CloudWatch::Dashboard'))).toContain('listed 2026-07-20');
  });

  test('reads its assets from the bucket of the products', () => {
    const text = JSON.stringify(productTemplate(inferenceProduct({})));
    expect(text).toContain('fleet-assets');
    expect(text).not.toContain('cdk-hnb659fds-assets');
  });

  test('is valid and far below the limit of Service Catalog', () => {
    const templates = [
      productTemplate(inferenceProduct({ knobs: KNOBS })),
      productTemplate(workerProduct({ knobs: KNOBS })),
    ];
    for (const template of templates) {
      expect(findings(template, 'us-east-1')).toEqual([]);
      // "Templates greater than 1 MB" are refused; https://docs.aws.amazon.com/servicecatalog/latest/adminguide/limits.html
      expect(JSON.stringify(template).length).toBeLessThan(1_000_000 / 4);
    }
  });

  test('of workers has the same knobs', () => {
    const template = productTemplate(workerProduct({ knobs: KNOBS }));
    const [, group] = onlyResource(template, 'AWS::AutoScaling::AutoScalingGroup');
    expect([group.Properties.MinSize, group.Properties.MaxSize]).toEqual([
      { Ref: 'MinInstances' },
      { Ref: 'MaxInstances' },
    ]);
    expect(Object.keys(template.Parameters ?? {})).toEqual(['MinInstances', 'MaxInstances', 'TagCostCenter']);
  });

  test('keeps a bound that is not to be chosen', () => {
    const { Parameters, Resources } = productTemplate(inferenceProduct({ knobs: { highestMinInstances: 3 } }));
    expect(Object.keys(Parameters ?? {})).toEqual(['MinInstances']);
    expect(groupOf({ Resources }).MaxSize).toBe('8');
  });
});

describe('knobs', () => {
  test.each([
    ['a least size above every greatest', { highestMinInstances: 6, lowestMaxInstances: 5 }, 'highestMinInstances'],
    ['a least size below that of the capacity', { highestMinInstances: 1 }, 'highestMinInstances'],
    ['a greatest size above that of the capacity', { lowestMaxInstances: 9 }, 'lowestMaxInstances'],
    ['a fraction', { highestMinInstances: 2.5 }, 'highestMinInstances'],
    ['a tag without a value', { tags: { Team: [] } }, 'tags.Team'],
    ['a tag of AWS', { tags: { 'aws:team': ['a'] } }, 'tags.aws:team'],
    ['two tags of one parameter', { tags: { 'cost-center': ['a'], 'cost:center': ['b'] } }, 'tags.cost:center'],
  ])('refuse %s', (_, knobs, what) => {
    expect(problemsOf(() => inferenceProduct({ knobs })).map((problem) => problem.what)).toContain(`knobs.${what}`);
  });

  test('refuse a size that counts vCPUs', () => {
    const capacity = FleetCapacity.onDemand({
      instanceTypes: ['m9g.4xlarge', 'm9g.8xlarge'],
      size: FleetSize.vcpus({ min: 32, max: 128 }),
    });
    const problems = problemsOf(() => inferenceProduct({ knobs: { highestMinInstances: 3 }, fleet: { capacity } }));
    expect(problems).toEqual([expect.objectContaining({ what: 'capacity', got: 'vCPUs' })]);
  });

  test('refuse a choice that the capacity would not be valid with', () => {
    const capacity = FleetCapacity.spotFirst({
      instanceTypes: ['m9g.4xlarge'],
      minInstances: 2,
      maxInstances: 8,
      onDemandBase: 6,
    });
    const problems = problemsOf(() => inferenceProduct({ knobs: { lowestMaxInstances: 4 }, fleet: { capacity } }));
    expect(problems.map(({ got }) => got)).toEqual([expect.stringMatching(/when 2 to 4 instances are chosen$/)]);
  });

  test('refuse a choice in which the warm pool would never have an instance', () => {
    const lifecycle = {
      coldStart: ColdStart.typical(),
      warmPool: WarmPool.stopped({ maxPreparedInstances: 3 }),
    };
    expect(() => inferenceProduct({ fleet: { lifecycle } })).not.toThrow();
    const problems = problemsOf(() => inferenceProduct({ knobs: { highestMinInstances: 4 }, fleet: { lifecycle } }));
    expect(problems).toEqual([expect.objectContaining({ allowed: 'more than capacity.minInstances (4)' })]);
  });

  test('leave every check of the fleet in force, for the region of the portfolio', () => {
    const x86 = FleetCapacity.onDemand({ instanceTypes: ['m7i.4xlarge'] });
    expect(problemsOf(() => inferenceProduct({ fleet: { capacity: x86 } }))[0].got).toContain('m7i.4xlarge');
    const problems = problemsOf(() => inferenceProduct({ region: 'eu-north-1' }));
    expect(JSON.stringify(problems)).toContain('eu-north-1');
  });
});

/** Descriptions lack the line of a greatest size that is only known at deployment. */
function withoutDashboard({ Resources }: CloudFormationTemplate): CloudFormationTemplate {
  const others = Object.entries(Resources).filter(([, { Type }]) => Type !== 'AWS::CloudWatch::Dashboard');
  expect(others).toHaveLength(Object.keys(Resources).length - 1);
  return { Resources: Object.fromEntries(others) };
}

interface ProductOptions {
  readonly knobs?: WorkerFleetProductProps['knobs'];
  readonly fleet?: Partial<InferenceFleetStackOptions>;
  readonly region?: string;
}

function inferenceProduct({ knobs, fleet, region = 'us-east-1' }: ProductOptions): InferenceFleetProduct {
  const stack = newStack(inRegion(region), newApp(), 'Catalog');
  const product = new InferenceFleetProduct(stack, 'Product', {
    assetBucket: new s3.Bucket(stack, 'Assets', { bucketName: 'fleet-assets' }),
    knobs,
    fleet: { image: imageOptions(), capacity: onDemand(2, 8), ...fleet },
  });
  product.fleet.scaleOnCpu({ targetUtilizationPercent: 60 });
  return product;
}

function workerProduct({ knobs }: ProductOptions): WorkerFleetProduct {
  const stack = newStack(inRegion('us-east-1'), newApp(), 'Catalog');
  const product = new WorkerFleetProduct(stack, 'Product', {
    assetBucket: new s3.Bucket(stack, 'Assets', { bucketName: 'fleet-assets' }),
    knobs,
    fleet: {
      image: imageOptions(),
      capacity: onDemand(2, 8),
      jobs: { handler: PROGRAM },
    },
  });
  product.fleet.scaleOnCpu({ targetUtilizationPercent: 60 });
  return product;
}

function onDemand(minInstances: number, maxInstances: number): FleetCapacity {
  return FleetCapacity.onDemand({ instanceTypes: ['m9g.4xlarge'], minInstances, maxInstances });
}

function groupOf(template: CloudFormationTemplate): { MinSize: unknown; MaxSize: unknown } {
  return onlyResource(template, 'AWS::AutoScaling::AutoScalingGroup')[1].Properties as never;
}

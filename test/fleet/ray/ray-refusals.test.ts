import { Duration, Lazy } from 'aws-cdk-lib';
import { describe, expect, test } from 'vitest';
import {
  FleetCapacity,
  FleetPlacement,
  FleetSize,
  ImageComponent,
  ImageFeature,
  ImpairedZoneBehavior,
  RayClusterProps,
  RayOptions,
} from '../../../lib';
import { problemsOf } from '../../support/config-error';
import { rayCluster } from '../../support/engine-app';
import { existingImage } from '../../support/fleet-app';
import { madeKernels } from '../../support/image-app';

const TYPES = { instanceTypes: ['m9g.4xlarge'] };

describe('a Ray cluster is refused', () => {
  test.each<[string, Partial<RayClusterProps>, string[]]>([
    ['without Ray on its image', { image: existingImage({ features: [ImageFeature.ECS_AGENT] }) }, ['image.features']],
    ['of an x86 head', { headInstanceType: 'm7i.large' }, ['headInstanceType']],
    ['of a head without size', { headInstanceType: 'm9g' }, ['headInstanceType']],
    [
      'of x86 workers',
      { capacity: FleetCapacity.onDemand({ instanceTypes: ['m7i.large'] }) },
      ['capacity.instanceTypes'],
    ],
    [
      'with a share that nobody keeps',
      { capacity: FleetCapacity.spotFirst({ ...TYPES, onDemandPercentageAboveBase: 50 }) },
      ['capacity.onDemandPercentageAboveBase'],
    ],
    [
      'that counts vCPUs',
      { capacity: FleetCapacity.onDemand({ ...TYPES, size: FleetSize.vcpus({ min: 16, max: 64 }) }) },
      ['capacity.size'],
    ],
    ['of reserved capacity', { capacity: FleetCapacity.reserved(TYPES) }, ['capacity']],
    [
      'in a placement group',
      { capacity: FleetCapacity.onDemand({ ...TYPES, placement: FleetPlacement.cluster() }) },
      ['capacity.placement'],
    ],
    [
      'with options of an Auto Scaling group',
      {
        capacity: FleetCapacity.onDemand({
          ...TYPES,
          placement: FleetPlacement.zones({ zonalShift: ImpairedZoneBehavior.IGNORE_UNHEALTHY }),
        }),
      },
      ['capacity.placement'],
    ],
    [
      'of a size that is not known',
      {
        capacity: FleetCapacity.onDemand({
          ...TYPES,
          minInstances: Lazy.number({ produce: () => 1 }),
          maxInstances: 4,
        }),
      },
      ['capacity.minInstances'],
    ],
    [
      'of more types than its user data hold',
      { capacity: FleetCapacity.attributes({ attributes: { vcpus: { min: 4, max: 64 } } }) },
      ['capacity.attributes'],
    ],
    ['with a time out of range', { idleTimeout: Duration.seconds(5) }, ['idleTimeout']],
  ])('%s', (_, props, expected) => {
    expect(problemsOf(() => rayCluster(props)).map(({ what }) => what)).toEqual(expected);
  });

  test('where the kernels trap, on the head as on the workers', () => {
    const image = existingImage({ features: [ImageFeature.RAY], kernels: [madeKernels(['sve2', 'i8mm'])] });
    const capacity = FleetCapacity.onDemand({ instanceTypes: ['m6g.4xlarge'] });
    const problems = problemsOf(() => rayCluster({ image, capacity, headInstanceType: 'm6g.xlarge' }));
    expect(problems.map(({ what }) => what)).toEqual(['capacity.instanceTypes', 'headInstanceType']);
  });

  test('with all of it at once', () => {
    const capacity = FleetCapacity.spotFirst({
      ...TYPES,
      onDemandPercentageAboveBase: 5,
      size: FleetSize.vcpus({ min: 16, max: 32 }),
    });
    const props = { image: existingImage(), capacity, headInstanceType: 'nothing', idleTimeout: Duration.days(2) };
    expect(problemsOf(() => rayCluster(props)).map(({ what }) => what)).toEqual([
      'image.features',
      'capacity.onDemandPercentageAboveBase',
      'capacity.size',
      'headInstanceType',
      'idleTimeout',
    ]);
  });
});

describe('the component of Ray is refused', () => {
  test.each<[string, RayOptions, string]>([
    ['a range of versions', { version: '>=2.60' }, 'version'],
    ['a version before the order of types', { version: '2.55.1' }, 'version'],
    ['a package without version', { packages: ['torch'] }, 'packages'],
    ['a package that is a command', { packages: ["torch==1'; reboot"] }, 'packages'],
  ])('with %s', (_, options, what) => {
    expect(problemsOf(() => ImageComponent.ray(options)).map((problem) => problem.what)).toEqual([what]);
  });

  test.each(['2.56.1', '2.57.0', '3.0.0'])('but not with version %s', (version) => {
    expect(() => ImageComponent.ray({ version, packages: ['torch==2.9.1', 'vllm[bench]==0.12.0+cpu'] })).not.toThrow();
  });
});

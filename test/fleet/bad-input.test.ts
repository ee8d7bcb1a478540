import { Duration, Token } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { describe, expect, test } from 'vitest';
import {
  FleetCapacity,
  FleetDrain,
  FleetRollout,
  IInferenceImage,
  InstanceCatalog,
  SpotFirstCapacityOptions,
} from '../../lib';
import { CanaryRolloutOptions, GravitonProcessor } from '../../lib';
import { errorOf, problemsOf } from '../support/config-error';
import { existingFleet, existingImage, inRegion, newApp, newStack } from '../support/fleet-app';

const FOUND = ({ what, got }: { what: string; got: string }) => [what, got];

function capacityProblems(options: Partial<SpotFirstCapacityOptions>): string[][] {
  const capacity = FleetCapacity.spotFirst({ instanceTypes: ['m9g.4xlarge'], ...options });
  return problemsOf(() => existingFleet(newStack(), { capacity })).map(FOUND);
}

/** Nothing in the library makes such an image, but a user's own class may. */
function x86Image(): IInferenceImage {
  return { ...existingImage(), architecture: ec2.InstanceArchitecture.X86_64 };
}

describe('a capacity is refused', () => {
  test.each<[Partial<SpotFirstCapacityOptions>, string[][]]>([
    [{ minInstances: 5, maxInstances: 4 }, [['capacity.minInstances', '5']]],
    [{ minInstances: -1 }, [['capacity.minInstances', '-1']]],
    [{ minInstances: 1.5, maxInstances: 3 }, [['capacity.minInstances', '1.5']]],
    [{ minInstances: Number.NaN, maxInstances: 3 }, [['capacity.minInstances', 'NaN']]],
    [{ minInstances: 0, maxInstances: 0 }, [['capacity.maxInstances', '0']]],
    [{ maxInstances: Number.POSITIVE_INFINITY }, [['capacity.maxInstances', 'Infinity']]],
    [{ onDemandBase: 3 }, [['capacity.onDemandBase', '3']]],
    [{ onDemandBase: -2 }, [['capacity.onDemandBase', '-2']]],
    [{ onDemandPercentageAboveBase: 101 }, [['capacity.onDemandPercentageAboveBase', '101']]],
    [{ onDemandPercentageAboveBase: 0.5 }, [['capacity.onDemandPercentageAboveBase', '0.5']]],
    [{ instanceTypes: [] }, [['capacity.instanceTypes', 'an empty list']]],
    [
      {
        instanceTypes: InstanceCatalog.allGraviton()
          .map(({ instanceType }) => instanceType)
          .filter(isM)
          .slice(0, 41),
      },
      [['capacity.instanceTypes', '41 types']],
    ],
  ])('%j', (options, expected) => {
    expect(capacityProblems(options)).toEqual(expected);
  });

  function isM(instanceType: string): boolean {
    return /^m[678]g\./.test(instanceType) || /^[cr][678]g\./.test(instanceType);
  }
});

describe('an image is refused', () => {
  test('for another architecture', () => {
    const problems = problemsOf(() => existingFleet(newStack(), { image: x86Image() }));
    expect(problems.map(FOUND)).toEqual([['image', 'an AMI for x86_64']]);
  });

  test('that was tested on none of the processors of the fleet', () => {
    const image = { ...existingImage(), testedProcessors: [GravitonProcessor.GRAVITON3] };
    const [problem] = problemsOf(() => existingFleet(newStack(), { image }));
    expect(problem.got).toBe('an AMI whose self-test runs on AWS Graviton3 only');
    expect(problem.fix).toContain('m9g.4xlarge');
  });
});

describe('user data is refused', () => {
  const LIMIT = 16 * 1024;

  /** A fleet whose user data has as many bytes as are wanted. */
  function fleetWith(bytes: number, filler = (missing: number) => 'x'.repeat(missing)) {
    const app = newApp();
    const { userData } = existingFleet(newStack(undefined, app));
    const known = Buffer.byteLength(userData.render()) - tokenBytes(userData.render());
    userData.addCommands(filler(bytes - known - 1));
    return () => app.synth();
  }

  function tokenBytes(text: string): number {
    return (text.match(/\$\{Token\[[^\]]*\]\}/g) ?? []).join('').length;
  }

  test('above 16 KB, counted in bytes, once all commands are known', () => {
    expect(fleetWith(LIMIT)).not.toThrow();
    const error = errorOf(fleetWith(LIMIT + 1));
    expect([error.where, error.problems[0].got]).toEqual(['Stack/Fleet', `${LIMIT + 1} bytes`]);
    const umlauts = (missing: number) => `${missing % 2 ? 'x' : ''}${'ü'.repeat(missing / 2)}`;
    expect(errorOf(fleetWith(LIMIT + 2, umlauts)).problems[0].got).toBe(`${LIMIT + 2} bytes`);
  });

  test('only for what is known of it', () => {
    const value = Token.asString({ Ref: 'Setting' });
    expect(fleetWith(LIMIT, (missing) => `${value}${'x'.repeat(missing)}`)).not.toThrow();
    const tooLong = fleetWith(LIMIT + 1, (missing) => `${value}${'x'.repeat(missing - 1)}${value}y`);
    expect(errorOf(tooLong).problems[0].got).toBe(`${LIMIT + 1} bytes`);
  });
});

describe('a roll-out is refused', () => {
  test.each<[CanaryRolloutOptions, string[]]>([
    [{ minHealthyPercentage: -1 }, ['minHealthyPercentage', '-1']],
    [{ minHealthyPercentage: 101 }, ['minHealthyPercentage', '101']],
    [{ maxHealthyPercentage: 99 }, ['maxHealthyPercentage', '99']],
    [{ maxHealthyPercentage: 201 }, ['maxHealthyPercentage', '201']],
    [{ minHealthyPercentage: 50, maxHealthyPercentage: 151 }, ['maxHealthyPercentage', '151']],
    [{ canaryPercentage: 0 }, ['canaryPercentage', '0']],
    [{ canaryPercentage: 100 }, ['canaryPercentage', '100']],
    [{ canaryTime: Duration.hours(49) }, ['canaryTime', '2 days 1 hour']],
    [{ bakeTime: Duration.days(3) }, ['bakeTime', '3 days']],
  ])('%j', (options, expected) => {
    expect(problemsOf(() => FleetRollout.canary(options)).map(FOUND)).toEqual([expected]);
  });

  test('when it would keep every instance in service while root volumes are replaced', () => {
    const options = { minHealthyPercentage: 100, bakeTime: Duration.days(3) };
    expect(problemsOf(() => FleetRollout.replaceRootVolume(options)).map(FOUND)).toEqual([
      ['minHealthyPercentage', '100'],
      ['bakeTime', '3 days'],
    ]);
  });

  test('with more than ten alarms', () => {
    const alarms = Array.from({ length: 11 }, (_, index) =>
      cloudwatch.Alarm.fromAlarmArn(newStack(), `Alarm${index}`, 'arn:aws:cloudwatch:us-east-1:123456789012:alarm:a'),
    );
    expect(problemsOf(() => FleetRollout.rolling({ alarms })).map(FOUND)).toEqual([['alarms', '11 alarms']]);
    expect(() => FleetRollout.rolling({ alarms: alarms.slice(1) })).not.toThrow();
  });
});

test('all problems of a fleet come in one error', () => {
  const stack = newStack(inRegion('ap-southeast-2'));
  const error = errorOf(() =>
    existingFleet(stack, {
      image: x86Image(),
      lifecycle: { drain: FleetDrain.within(Duration.minutes(5)) },
      capacity: FleetCapacity.spotFirst({
        instanceTypes: ['m7i.4xlarge', 'm9q.large', 'r9g.large'],
        minInstances: 4,
        maxInstances: 2,
        onDemandPercentageAboveBase: 200,
      }),
    }),
  );
  expect(error.problems.map(FOUND).map(([what, got]) => `${what} ${got.split(' ')[0]}`)).toEqual([
    'capacity.instanceTypes m7i.4xlarge',
    'capacity.instanceTypes m9q.large',
    'capacity.instanceTypes r9g.large',
    'capacity.onDemandPercentageAboveBase 200',
    'capacity.minInstances 4',
    'image an',
    'lifecycle.drain a',
  ]);
  expect(error.message.split('\n')[0]).toBe('[Stack/Fleet] 7 problems:');
});

import { Lazy } from 'aws-cdk-lib';
import { describe, expect, test } from 'vitest';
import { FleetCapacity, InferenceFleet, KernelBundle } from '../../lib';
import { AARCH64, elfHeader, makeBundle, SELF_TEST, variantFile } from '../support/bundle-maker';
import { problemsOf } from '../support/config-error';
import { existingFleet, existingImage, inRegion, newStack } from '../support/fleet-app';
import { useScratchDirectory } from '../support/scratch-directory';

const scratch = useScratchDirectory();
const REGION = inRegion('us-east-1');

function bundleWith(...variants: [name: string, requires: string[]][]): KernelBundle {
  const files = variants.map(([name, requires]) => variantFile(name, requires, elfHeader(AARCH64)));
  return KernelBundle.fromDirectory(makeBundle(scratch(), [SELF_TEST, ...files]));
}

function fleetOf(instanceTypes: string[], kernels?: KernelBundle, env = REGION): InferenceFleet {
  const image = existingImage({ kernels: kernels && [kernels] });
  return existingFleet(newStack(env), { image, capacity: FleetCapacity.onDemand({ instanceTypes }) });
}

function warningsOf(fleet: InferenceFleet): string[] {
  return fleet.node.metadata.filter(({ type }) => type === 'aws:cdk:warning').map(({ data }) => data as string);
}

describe('kernels that need i8mm', () => {
  test('are refused on Graviton2, with the type and the feature', () => {
    const [problem, ...others] = problemsOf(() =>
      fleetOf(['m6g.4xlarge'], bundleWith(['matmul', ['asimddp', 'i8mm']])),
    );
    expect(others).toEqual([]);
    expect(problem.got).toContain('m6g.4xlarge');
    expect(problem.allowed).toBe('matmul needs asimddp, i8mm');
  });

  test('are accepted from Graviton3 on', () => {
    const kernels = bundleWith(['matmul', ['i8mm']]);
    const types = ['m7g.4xlarge', 'm8g.4xlarge', 'm9g.4xlarge'];
    expect(fleetOf(types, kernels).capacity.instanceTypes).toEqual(types);
  });

  test('are accepted on Graviton2 beside a portable variant', () => {
    expect(() => fleetOf(['m6g.4xlarge'], bundleWith(['matmul', ['i8mm']], ['scalar', []]))).not.toThrow();
  });

  test('refuse one type of several', () => {
    const problems = problemsOf(() => fleetOf(['m9g.4xlarge', 'm6g.4xlarge'], bundleWith(['matmul', ['i8mm']])));
    expect(problems.map(({ got }) => got.split(' ')[0])).toEqual(['m6g.4xlarge']);
  });
});

describe('a family that the catalog does not have', () => {
  test('is accepted with a warning when its kernels run anywhere', () => {
    const warnings = warningsOf(fleetOf(['m12g.4xlarge'], bundleWith(['scalar', []])));
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toContain('m12g.4xlarge is unknown');
    expect(warnings[0]).toContain('[ack: cdk-graviton-fleet:unknownInstanceType:m12g.4xlarge]');
  });

  test('is refused when its processor may lack what every variant needs', () => {
    const [problem] = problemsOf(() => fleetOf(['m12g.4xlarge'], bundleWith(['matmul', ['i8mm']])));
    expect(problem.got).toContain('m12g.4xlarge, whose processor is unknown');
  });

  test('is the only reason for a warning', () => {
    expect(warningsOf(fleetOf(['m9g.4xlarge'], bundleWith(['scalar', []])))).toEqual([]);
  });
});

describe('a list of types is refused', () => {
  test.each([
    ['an x86 type', 'm7i.4xlarge', 'm7i.4xlarge (an x86 instance type', 'm9g.4xlarge'],
    ['a misspelt type', 'm9q.4xlarge', 'm9q.4xlarge', 'm9g.4xlarge'],
    ['a size that does not exist', 'm9g.5xlarge', 'm9g.5xlarge (a size that m9g does not come in)', 'm9g.4xlarge'],
    ['the first Graviton', 'a1.xlarge', 'a1.xlarge (an Arm instance type without', 'Graviton type'],
    ['a text that is no name', 'big', 'big', 'Graviton type'],
    ['an empty name', '', '', 'Graviton type'],
  ])('with %s', (_, instanceType, got, fix) => {
    const [problem, ...others] = problemsOf(() => fleetOf([instanceType]));
    expect(others).toEqual([]);
    expect(problem.what).toBe('capacity.instanceTypes');
    expect(problem.got).toContain(got);
    expect(problem.fix).toContain(fix);
  });

  test('with a type that the region does not offer', () => {
    const [problem] = problemsOf(() => fleetOf(['r9g.4xlarge'], undefined, inRegion('ap-southeast-2')));
    expect(problem.got).toMatch(/^r9g\.4xlarge in ap-southeast-2, which does not offer it \(as of \d{4}-\d\d-\d\d\)$/);
    expect(problem.allowed).toContain('us-east-1');
  });

  test('with no type, and with one twice', () => {
    expect(problemsOf(() => fleetOf([]))[0].got).toBe('an empty list');
    expect(problemsOf(() => fleetOf(['m9g.large', 'm9g.large']))[0].got).toBe('m9g.large more than once');
  });

  test('with a type that is only known at deployment', () => {
    const token = Lazy.string({ produce: () => 'm9g.4xlarge' });
    expect(problemsOf(() => fleetOf([token]))[0].got).toContain('only known at deployment');
  });
});

test('a region that is only known at deployment is not held against a type', () => {
  expect(() => fleetOf(['r9g.4xlarge'], undefined, {})).not.toThrow();
});

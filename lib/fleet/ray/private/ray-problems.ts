import { Duration, Token } from 'aws-cdk-lib';
import { InstanceCatalog } from '../../../catalog';
import { ImageFeature } from '../../../image';
import { gatedBundles } from '../../../image/private/gated-bundles';
import { InstanceTypeJudgement, judgeInstanceTypes } from '../../../kernels/instance-type-gate';
import { Problem } from '../../../validation';
import { FleetCapacity } from '../../fleet-capacity';
import { Engine, engineProblems } from '../../private/engine-problems';
import { durationProblems } from '../../private/range-problems';
import { RayClusterProps } from '../ray-cluster-props';
import { defaultHeadType } from './node-types';

const RAY: Engine = { name: 'Ray', feature: ImageFeature.RAY, component: 'ray' };

/** The head's user data hold about 300 bytes for each, of 16 KB. */
const MOST_TYPES = 20;

const SHORTEST_IDLE = Duration.seconds(30);
const LONGEST_IDLE = Duration.days(1);

/** Everything about the image, the workers and the head that Ray could not do. */
export function rayProblems(props: RayClusterProps, capacity: FleetCapacity, region: string): Problem[] {
  return [
    ...engineProblems(RAY, props.image, capacity),
    ...unitProblems(capacity),
    ...typeProblems(capacity),
    ...(props.headInstanceType === undefined ? [] : judgeHead(props, capacity, region).problems),
    ...idleProblems(props.idleTimeout),
  ];
}

/** The gate's judgement on the head, which boots the same image. */
export function judgeHead(
  { image, headInstanceType }: RayClusterProps,
  { instanceTypes }: FleetCapacity,
  region: string,
): InstanceTypeJudgement {
  return judgeInstanceTypes({
    what: 'headInstanceType',
    instanceTypes: [headInstanceType ?? defaultHeadType(instanceTypes)],
    region,
    kernels: gatedBundles(image),
  });
}

function unitProblems({ size }: FleetCapacity): Problem[] {
  if (size._weighing === undefined) {
    return [];
  }
  const fix = 'use minInstances and maxInstances';
  return [{ what: 'capacity.size', got: size.unit, allowed: 'instances: Ray counts workers', fix }];
}

function typeProblems({ instanceTypes, _selection: { what } }: FleetCapacity): Problem[] {
  const unknown = instanceTypes.filter(
    (type) => !Token.isUnresolved(type) && InstanceCatalog.lookup(type) === undefined,
  );
  const problems = unknown.map((type) => ({
    what,
    got: `${type}, whose vCPUs and memory this version does not know`,
    allowed: 'types of the catalog: Ray launches what fits its tasks',
    fix: 'use such a type, or a newer version of this library',
  }));
  if (instanceTypes.length > MOST_TYPES) {
    const fix = 'leave out the types that you want least';
    problems.push({ what, got: `${instanceTypes.length} types`, allowed: `at most ${MOST_TYPES} with Ray`, fix });
  }
  return problems;
}

function idleProblems(idleTimeout: Duration | undefined): Problem[] {
  return durationProblems('idleTimeout', idleTimeout, SHORTEST_IDLE, LONGEST_IDLE);
}

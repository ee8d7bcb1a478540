import { Stack, StringConcat, Tokenization } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import { InstanceCatalog } from '../../catalog';
import { IInferenceImage } from '../../image';
import { KernelBundle } from '../../kernels';
import { annotateJudgement, InstanceTypeJudgement, judgeInstanceTypes } from '../../kernels/instance-type-gate';
import { Problem, ProblemList } from '../../validation';
import { FleetCapacity } from '../fleet-capacity';
import { InferenceFleetProps } from '../inference-fleet-props';
import { lifecycleProblems } from '../lifecycle/private/lifecycle-problems';
import { capacityProblems } from './capacity-problems';

/** https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instancedata-add-user-data.html: before base64 encoding. */
const MAX_USER_DATA_BYTES = 16 * 1024;

/**
 * Checks everything that a fleet is made from.
 *
 * @throws FleetConfigError with every problem
 */
export function checkFleet(scope: Construct, { capacity, image, lifecycle = {} }: InferenceFleetProps): void {
  const problems = new ProblemList();
  const judgement = judgeCapacity(capacity, Stack.of(scope).region, image.kernels);
  problems.addAll(judgement.problems);
  problems.addAll(imageProblems(capacity, image));
  problems.addAll(lifecycleProblems(lifecycle, { capacity, image }));
  problems.throwIfAny(scope.node.path);
  annotateJudgement(scope, judgement);
}

/** Holds a capacity against the catalog, the region, the kernels and the limits of Auto Scaling. */
export function judgeCapacity(
  capacity: FleetCapacity,
  region: string,
  kernels?: KernelBundle[],
): InstanceTypeJudgement {
  const { instanceTypes } = capacity;
  const judgement = judgeInstanceTypes({ what: 'capacity.instanceTypes', instanceTypes, region, kernels });
  return { ...judgement, problems: [...judgement.problems, ...capacityProblems(capacity)] };
}

/**
 * Checks the user data once all its commands are known. In the form of a construct's validation, which has no message
 * to return because it throws.
 *
 * @throws FleetConfigError
 */
export function checkUserData(scope: Construct, userData: ec2.UserData): string[] {
  const problems = new ProblemList();
  problems.addAll(userDataProblems(userData));
  problems.throwIfAny(scope.node.path);
  return [];
}

function imageProblems({ instanceTypes }: FleetCapacity, image: IInferenceImage): Problem[] {
  const problems: Problem[] = [];
  if (image.architecture !== ec2.InstanceArchitecture.ARM_64) {
    problems.push({
      what: 'image',
      got: `an AMI for ${image.architecture}`,
      allowed: 'an AMI for arm64',
      fix: 'use an Arm image: Graviton instances cannot boot another',
    });
  }
  const processors = instanceTypes.map((type) => InstanceCatalog.lookup(type)?.processor);
  const tested = image.testedProcessors;
  if (tested && processors.every((processor) => processor !== undefined && !tested.includes(processor))) {
    problems.push({
      what: 'image',
      got: `an AMI whose self-test runs on ${tested.map(({ displayName }) => displayName).join(', ')} only`,
      allowed: `a test on one of the fleet's own processors`,
      fix: `give the InferenceImage a builderInstanceTypes of the fleet, such as ${instanceTypes[0]}`,
    });
  }
  return problems;
}

function userDataProblems(userData: ec2.UserData): Problem[] {
  const bytes = knownBytes(userData.render());
  if (bytes <= MAX_USER_DATA_BYTES) {
    return [];
  }
  return [
    {
      what: 'userData',
      got: `${bytes} bytes`,
      allowed: `at most ${MAX_USER_DATA_BYTES} bytes`,
      fix: 'put it on the AMI, or download it from S3 at boot',
    },
  ];
}

/** Size of a text without the values that are only known at deployment: the least that it can be. */
function knownBytes(text: string): number {
  const literals = Tokenization.reverseString(text).mapTokens({ mapToken: () => '' });
  // An empty text has no fragments to join.
  return Buffer.byteLength((literals.join(new StringConcat()) as string | undefined) ?? '');
}

import { Annotations, Stack, StringConcat, Tokenization } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import { InstanceCatalog } from '../../catalog';
import { IInferenceImage } from '../../image';
import { gatedBundles } from '../../image/private/gated-bundles';
import { KernelBundle } from '../../kernels';
import { annotateJudgement, InstanceTypeJudgement, judgeInstanceTypes } from '../../kernels/instance-type-gate';
import { Problem, ProblemList } from '../../validation';
import { bandwidthRemarks } from '../capacity/private/problems/bandwidth-problems';
import { rackProblems } from '../capacity/private/problems/placement-problems';
import { Remark } from '../capacity/private/selection/instance-selection';
import { FleetCapacity } from '../fleet-capacity';
import { ColdStart, InstanceLifecycle } from '../lifecycle';
import { capacityProblems } from './capacity-problems';
import { loadTimeRemarks } from './model-memory/load-time';
import { modelProblems, modelRemarks } from './model-memory/memory-problems';

/** https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instancedata-add-user-data.html: before base64 encoding. */
const MAX_USER_DATA_BYTES = 16 * 1024;

/** What every fleet is made from. */
export interface FleetParts {
  readonly vpc: ec2.IVpc;
  readonly image: IInferenceImage;
  readonly capacity: FleetCapacity;
  readonly lifecycle?: InstanceLifecycle;
}

/**
 * Checks everything that a fleet is made from.
 *
 * @param ownProblems of this kind of fleet, with the capacity that it has in the region
 * @returns the capacity with the types that it has in the fleet's region
 * @throws FleetConfigError with every problem
 */
export function checkFleet(
  scope: Construct,
  { capacity, image, vpc, lifecycle: { coldStart = ColdStart.typical() } = {} }: FleetParts,
  vpcSubnets: ec2.SubnetSelection,
  ownProblems: (capacity: FleetCapacity) => Problem[],
): FleetCapacity {
  const problems = new ProblemList();
  const judgement = judgeCapacity(capacity, Stack.of(scope).region, gatedBundles(image));
  problems.addAll(judgement.problems);
  problems.addAll(imageProblems(judgement.capacity, image));
  problems.addAll(modelProblems(judgement.capacity.instanceTypes, image));
  problems.addAll(ownProblems(judgement.capacity));
  problems.addAll(zoneProblems(judgement.capacity, vpc.selectSubnets(vpcSubnets)));
  problems.throwIfAny(scope.node.path);
  annotateJudgement(scope, judgement);
  annotateRemarks(scope, [
    ...judgement.remarks,
    ...modelRemarks(image),
    ...loadTimeRemarks(judgement.capacity.instanceTypes, image, coldStart),
  ]);
  return judgement.capacity;
}

/** The gate's judgement on a capacity where it is deployed. */
export interface CapacityJudgement extends InstanceTypeJudgement {
  /** The capacity with the types that it has there. */
  readonly capacity: FleetCapacity;
  readonly remarks: Remark[];
}

/** Holds a capacity against the catalog, the region, the kernels and the limits of Auto Scaling. */
export function judgeCapacity(wanted: FleetCapacity, region: string, kernels?: KernelBundle[]): CapacityJudgement {
  const selection = wanted._selection;
  const { instanceTypes, remarks } = selection.within({ region, kernels });
  const capacity = wanted._within({ region, kernels });
  const others = capacityProblems(capacity);
  const nothingLeft = instanceTypes.length === 0 ? selection.nothingLeft({ region, kernels }) : undefined;
  if (nothingLeft) {
    // An attribute that is wrong in itself explains why nothing is left.
    return {
      capacity,
      remarks: [],
      warnings: new Map(),
      notes: new Map(),
      problems: others.length > 0 ? others : [nothingLeft],
    };
  }
  const judged = selection.judged(instanceTypes);
  const judgement = judgeInstanceTypes({ what: selection.what, instanceTypes: judged, region, kernels });
  return {
    ...judgement,
    capacity,
    problems: [...judgement.problems, ...others],
    remarks: [...remarks, ...bandwidthRemarks(capacity.bandwidthWeighting, instanceTypes)],
  };
}

function annotateRemarks(scope: Construct, remarks: Remark[]): void {
  for (const { id, level, text } of remarks) {
    if (level === 'warning') {
      Annotations.of(scope).addWarningV2(`cdk-graviton-fleet:${id}`, text);
    } else {
      Annotations.of(scope).addInfoV2(`cdk-graviton-fleet:${id}`, text);
    }
  }
}

/** Zones are counted where they are known: a look-up that has not happened yet gives two that do not exist. */
function zoneProblems({ placement, maxInstances }: FleetCapacity, subnets: ec2.SelectedSubnets): Problem[] {
  return subnets.isPendingLookup ? [] : rackProblems(placement, maxInstances, new Set(subnets.availabilityZones).size);
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
  if (
    tested &&
    processors.length > 0 &&
    processors.every((processor) => processor !== undefined && !tested.includes(processor))
  ) {
    problems.push({
      what: 'image',
      got: `an AMI whose self-test runs on ${tested.map(({ displayName }) => displayName).join(', ')} only`,
      allowed: `a test on one of the fleet's own processors`,
      fix: `name one in builder.testInstanceTypes of the InferenceImage, such as ${instanceTypes[0]}`,
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

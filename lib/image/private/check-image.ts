import { Size, SizeRoundingBehavior, Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { KernelBundle } from '../../kernels';
import { annotateJudgement, judgeInstanceTypes } from '../../kernels/instance-type-gate';
import { ProblemList } from '../../validation';

/** The root volume of Amazon Linux 2023's AMI, and the greatest gp3 volume. */
const MIN_ROOT_GIB = 8;
const MAX_ROOT_GIB = 65536;

export interface ImageInputs {
  readonly builderInstanceTypes: string[];
  readonly rootVolumeSize: Size;
  readonly kernels: KernelBundle[];
}

/**
 * Checks what an image is made from.
 *
 * @throws FleetConfigError with every problem
 */
export function checkImage(scope: Construct, inputs: ImageInputs): void {
  const problems = new ProblemList();
  const judgement = judgeInstanceTypes({
    what: 'builderInstanceTypes',
    instanceTypes: inputs.builderInstanceTypes,
    region: Stack.of(scope).region,
    kernels: inputs.kernels,
  });
  problems.addAll(judgement.problems);
  checkBundleNames(problems, inputs.kernels);
  checkRootVolume(problems, inputs.rootVolumeSize);
  problems.throwIfAny(scope.node.path);
  annotateJudgement(scope, judgement);
}

/** A bundle's name is its directory on the instance. */
function checkBundleNames(problems: ProblemList, kernels: KernelBundle[]): void {
  const names = kernels.map(({ name }) => name);
  for (const name of new Set(names.filter((candidate, index) => names.indexOf(candidate) !== index))) {
    problems.add({
      what: 'kernels',
      got: `two bundles named ${name}`,
      allowed: 'bundles of different names',
      fix: 'rename one in its manifest.json, or leave it out',
    });
  }
}

function checkRootVolume(problems: ProblemList, size: Size): void {
  if (size.isUnresolved()) {
    return;
  }
  const gibibytes = size.toGibibytes({ rounding: SizeRoundingBehavior.NONE });
  if (!Number.isInteger(gibibytes) || gibibytes < MIN_ROOT_GIB || gibibytes > MAX_ROOT_GIB) {
    problems.add({
      what: 'rootVolumeSize',
      got: `${gibibytes} GiB`,
      allowed: `${MIN_ROOT_GIB} to ${MAX_ROOT_GIB} GiB, whole`,
      fix: 'give a size such as Size.gibibytes(30)',
    });
  }
}

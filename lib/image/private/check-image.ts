import { Size, SizeRoundingBehavior, Stack, Token } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { KernelBundle } from '../../kernels';
import { annotateJudgement, judgeInstanceTypes } from '../../kernels/instance-type-gate';
import { ProblemList } from '../../validation';
import { ImageComponent } from '../components/image-component';
import { InferenceRuntime } from '../runtime';
import { gatedBundles } from './gated-bundles';
import { ImageSettings } from './image-settings';

/** The root volume of Amazon Linux 2023's AMI, and the greatest gp3 volume. */
const MIN_ROOT_GIB = 8;
const MAX_ROOT_GIB = 65536;

/** "Components per image recipe", not adjustable: https://docs.aws.amazon.com/general/latest/gr/imagebuilder.html */
const MAX_COMPONENTS = 20;

/** The check at boot and the agents. */
const OWN_COMPONENTS = 2;

/**
 * Checks what an image is made from.
 *
 * @throws FleetConfigError with every problem
 */
export function checkImage(scope: Construct, settings: ImageSettings, runtime: InferenceRuntime): void {
  const problems = new ProblemList();
  const { region } = Stack.of(scope);
  const { instanceTypes, testInstanceTypes } = settings;
  const kernels = gatedBundles({ kernels: settings.kernels, runtime });
  const judge = (what: string, types: string[]) => judgeInstanceTypes({ what, instanceTypes: types, region, kernels });
  const builders = judge('builder.instanceTypes', instanceTypes);
  const testers = judge('builder.testInstanceTypes', testInstanceTypes);
  problems.addAll(builders.problems);
  if (testInstanceTypes !== instanceTypes) {
    problems.addAll(testers.problems);
  }
  checkNames(problems, kernels, settings.components);
  checkComponentCount(problems, settings, runtime);
  checkRootVolume(problems, settings.rootVolumeSize);
  checkSharing(problems, settings, region);
  problems.throwIfAny(scope.node.path);
  annotateJudgement(scope, builders);
  annotateJudgement(scope, {
    problems: [],
    warnings: without(testers.warnings, instanceTypes),
    notes: without(testers.notes, instanceTypes),
  });
}

function without(texts: Map<string, string>, instanceTypes: string[]): Map<string, string> {
  return new Map([...texts].filter(([instanceType]) => !instanceTypes.includes(instanceType)));
}

/** A bundle's name is its directory on the instance, and a component's that of its construct. */
function checkNames(problems: ProblemList, kernels: KernelBundle[], components: ImageComponent[]): void {
  for (const name of repeated(kernels.map((bundle) => bundle.name))) {
    problems.add({
      what: 'kernels',
      got: `two bundles named ${name}`,
      allowed: 'bundles of different names',
      fix: 'rename one in its manifest.json, or leave it out',
    });
  }
  for (const name of repeated(components.map((component) => component.name))) {
    problems.add({
      what: 'components',
      got: `two components named ${name}`,
      allowed: 'components of different names',
      fix: 'rename one, or leave it out',
    });
  }
}

function repeated(names: string[]): Set<string> {
  return new Set(names.filter((name, index) => names.indexOf(name) !== index));
}

function checkComponentCount(problems: ProblemList, settings: ImageSettings, runtime: InferenceRuntime): void {
  const { kernels, components, vulnerabilityScan } = settings;
  const parts = [runtime._serves, runtime._server, vulnerabilityScan._phases].filter(Boolean);
  const count = OWN_COMPONENTS + kernels.length + components.length + parts.length;
  if (count > MAX_COMPONENTS) {
    problems.add({
      what: 'components',
      got: `${count} with the image's own`,
      allowed: `at most ${MAX_COMPONENTS} in a recipe`,
      fix: 'join some in one document, or several bundles in one',
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
      what: 'builder.rootVolumeSize',
      got: `${gibibytes} GiB`,
      allowed: `${MIN_ROOT_GIB} to ${MAX_ROOT_GIB} GiB, whole`,
      fix: 'give a size such as Size.gibibytes(30)',
    });
  }
}

/** https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/sharingamis-explicit.html: the default key cannot be shared. */
function checkSharing(problems: ProblemList, { targets, encryptionKey }: ImageSettings, home: string): void {
  for (const { region, accounts = [], encryptionKey: key } of targets) {
    if (accounts.length > 0 && !key && !(region === home && encryptionKey)) {
      const name = Token.isUnresolved(region) ? 'the region' : region;
      problems.add({
        what: 'distribution',
        got: `accounts in ${name}, where the default key of EBS encrypts the AMI`,
        allowed: 'accounts where the AMI is encrypted by a key of yours',
        fix: `give the target ${name} an encryptionKey that they may use`,
      });
    }
  }
}

import * as autoscaling from 'aws-cdk-lib/aws-autoscaling';
import { KernelBundle } from '../../../../kernels';
import { Problem } from '../../../../validation';
import { FleetSize } from '../../fleet-size';

/** What decides which of the wanted types a fleet may have. */
export interface Surroundings {
  /** The stack's region, or a token when it is only known at deployment. */
  readonly region: string;
  /** The bundles on the image: a type must have a variant of each that runs. */
  readonly kernels?: readonly KernelBundle[];
}

/** Something that the user should see, though it is no error. */
export interface Remark {
  /** Id of the annotation, after `cdk-graviton-fleet:`. */
  readonly id: string;
  readonly level: 'warning' | 'info';
  readonly text: string;
}

/** The types that a fleet may have where it is deployed. */
export interface SelectedTypes {
  /** Most wanted first. */
  readonly instanceTypes: readonly string[];
  readonly remarks: readonly Remark[];
}

/** How a capacity names its instance types. */
export interface InstanceSelection {
  /** The property that selects them, for messages. */
  readonly what: string;
  /** Every type that could be selected in some region, most wanted first. */
  readonly candidates: readonly string[];
  /** What is wrong with the selection wherever it is deployed. */
  problems(): Problem[];
  /** Narrows the candidates to what a region has and the kernels run on. */
  within(surroundings: Surroundings): SelectedTypes;
  /** The problem that nothing is left, or nothing when the gate itself says so. */
  nothingLeft(surroundings: Surroundings): Problem | undefined;
  /** Types that stand for all of them when the gate judges. */
  judged(instanceTypes: readonly string[]): string[];
  /** What is wrong with how the size counts these types, beyond what is wrong with any. */
  sizeProblems(size: FleetSize): Problem[];
  overrides(instanceTypes: readonly string[], size: FleetSize): autoscaling.LaunchTemplateOverrides[];
}

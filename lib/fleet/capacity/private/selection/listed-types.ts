import * as autoscaling from 'aws-cdk-lib/aws-autoscaling';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { Problem } from '../../../../validation';
import { FleetSize } from '../../fleet-size';
import { InstanceSelection, SelectedTypes } from './instance-selection';

/** https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_LaunchTemplate.html: overrides of one group. */
const MAX_INSTANCE_TYPES = 40;

/** Types that the user named one by one. None is ever left out: one that cannot be had is an error of the gate. */
export class ListedTypes implements InstanceSelection {
  public readonly what = 'capacity.instanceTypes';
  public readonly candidates: readonly string[];

  constructor(instanceTypes: readonly string[]) {
    this.candidates = [...instanceTypes];
  }

  public problems(): Problem[] {
    return tooManyProblems(this.what, this.candidates);
  }

  public within(): SelectedTypes {
    return { instanceTypes: this.candidates, remarks: [] };
  }

  public nothingLeft(): undefined {
    return undefined;
  }

  public judged(instanceTypes: readonly string[]): string[] {
    return [...instanceTypes];
  }

  public sizeProblems(): Problem[] {
    return [];
  }

  public overrides(instanceTypes: readonly string[], size: FleetSize): autoscaling.LaunchTemplateOverrides[] {
    return overridesByName(instanceTypes, size);
  }
}

/** One override for each type, in the order of priority. */
export function overridesByName(
  instanceTypes: readonly string[],
  size: FleetSize,
): autoscaling.LaunchTemplateOverrides[] {
  return instanceTypes.map((name) => ({
    instanceType: new ec2.InstanceType(name),
    weightedCapacity: size._weightOf(name),
  }));
}

export function tooManyProblems(what: string, instanceTypes: readonly string[]): Problem[] {
  if (instanceTypes.length <= MAX_INSTANCE_TYPES) {
    return [];
  }
  return [
    {
      what,
      got: `${instanceTypes.length} types`,
      allowed: `at most ${MAX_INSTANCE_TYPES}`,
      fix: 'leave out the types that you want least',
    },
  ];
}

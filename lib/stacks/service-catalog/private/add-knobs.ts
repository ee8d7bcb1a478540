import { CfnParameter, CfnParameterProps, Stack, Tags } from 'aws-cdk-lib';
import * as autoscaling from 'aws-cdk-lib/aws-autoscaling';
import { FleetCapacity, ScalableFleet } from '../../../fleet';
import { FleetKnobs } from '../fleet-knobs';
import { sizeCorners } from './knob-problems';
import { tagParameterId } from './tag-parameter-id';

/**
 * Makes parameters of what may be chosen. The fleet has been made, and checked, with the widest bounds; from here on it
 * has those that are chosen, so that what describes it, a dashboard, says these.
 */
export function addKnobs(stack: Stack, fleet: ScalableFleet, knobs: FleetKnobs): void {
  addSize(stack, fleet, knobs);
  for (const [key, values] of Object.entries(knobs.tags ?? {})) {
    const parameter = new CfnParameter(stack, tagParameterId(key), {
      description: `Value of the tag ${key}`,
      allowedValues: values,
      default: values[0],
    });
    Tags.of(stack).add(key, parameter.valueAsString);
  }
}

function addSize(stack: Stack, fleet: ScalableFleet, knobs: FleetKnobs): void {
  const group = fleet.autoScalingGroup.node.defaultChild as autoscaling.CfnAutoScalingGroup;
  const { least, greatest } = sizeCorners(fleet.capacity, knobs);
  let { minInstances, maxInstances } = fleet.capacity;
  if (knobs.highestMinInstances !== undefined) {
    const parameter = new CfnParameter(stack, 'MinInstances', {
      ...sizeChoice(least, minInstances),
      description: 'Least number of instances',
    });
    group.minSize = parameter.valueAsString;
    minInstances = parameter.valueAsNumber;
  }
  if (knobs.lowestMaxInstances !== undefined) {
    const parameter = new CfnParameter(stack, 'MaxInstances', {
      ...sizeChoice(greatest, maxInstances),
      description: 'Greatest number of instances',
    });
    group.maxSize = parameter.valueAsString;
    maxInstances = parameter.valueAsNumber;
  }
  if (minInstances !== fleet.capacity.minInstances || maxInstances !== fleet.capacity.maxInstances) {
    (fleet as { capacity: FleetCapacity }).capacity = fleet.capacity._resized(minInstances, maxInstances);
  }
}

/** Each number by itself: a person picks from a list, and a fraction or a number out of bounds is not in it. */
function sizeChoice(bounds: readonly number[], chosen: number): CfnParameterProps {
  const [from, to] = [Math.min(...bounds), Math.max(...bounds)];
  return {
    type: 'Number',
    allowedValues: Array.from({ length: to - from + 1 }, (_, index) => `${from + index}`),
    default: chosen,
  };
}

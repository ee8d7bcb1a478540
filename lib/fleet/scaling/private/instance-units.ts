import { Token } from 'aws-cdk-lib';
import { Problem } from '../../../validation';
import { FleetCapacity } from '../../fleet-capacity';

/**
 * Units of a group's capacity that so many instances are, when each has the fleet's first type. Auto Scaling counts the
 * vCPUs or the work of a fleet that is sized by them.
 */
export function unitsOf(instances: number, { size, instanceTypes: [first] }: FleetCapacity): number {
  const weight = (first === undefined ? undefined : size._weightOf(first)) ?? 1;
  // Not even multiplied by 1: a number that is only known at deployment must stay the token that it is.
  return weight === 1 ? instances : instances * weight;
}

/** A number of instances that would have to be multiplied, and is only known at deployment. */
export function unitProblems(what: string, instances: number | undefined, { size }: FleetCapacity): Problem[] {
  if (instances === undefined || !Token.isUnresolved(instances) || size._weighing === undefined) {
    return [];
  }
  const got = 'a value that is only known at deployment';
  const fix = `write it out: the fleet is counted in ${size.unit}`;
  return [{ what, got, allowed: 'a number', fix }];
}

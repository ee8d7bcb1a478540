import { Token } from 'aws-cdk-lib';
import { Problem } from '../../validation';
import { FleetCapacity } from '../fleet-capacity';

/** https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_LaunchTemplate.html: overrides of one group. */
const MAX_INSTANCE_TYPES = 40;

const WHOLE_NUMBER_FIX = 'give a whole number of instances';

/** Every problem of a capacity's numbers; its instance types are the gate's business. */
export function capacityProblems(capacity: FleetCapacity): Problem[] {
  const { instanceTypes, minInstances, maxInstances, _distribution: distribution } = capacity;
  const base = distribution.onDemandBaseCapacity ?? 0;
  const problems = [
    ...countProblems('capacity.minInstances', minInstances, 0),
    ...countProblems('capacity.maxInstances', maxInstances, 1),
    ...countProblems('capacity.onDemandBase', base, 0),
    ...percentageProblems(
      'capacity.onDemandPercentageAboveBase',
      distribution.onDemandPercentageAboveBaseCapacity ?? 0,
    ),
    ...orderProblems(`capacity.minInstances`, minInstances, 'maxInstances', maxInstances),
    ...orderProblems(`capacity.onDemandBase`, base, 'maxInstances', maxInstances),
  ];
  if (instanceTypes.length > MAX_INSTANCE_TYPES) {
    problems.push({
      what: 'capacity.instanceTypes',
      got: `${instanceTypes.length} types`,
      allowed: `at most ${MAX_INSTANCE_TYPES}`,
      fix: 'leave out the types that you want least',
    });
  }
  return problems;
}

function countProblems(what: string, value: number, least: number): Problem[] {
  if (Token.isUnresolved(value) || (Number.isInteger(value) && value >= least)) {
    return [];
  }
  return [{ what, got: `${value}`, allowed: `a whole number from ${least}`, fix: WHOLE_NUMBER_FIX }];
}

function percentageProblems(what: string, value: number): Problem[] {
  if (Token.isUnresolved(value) || (Number.isInteger(value) && value >= 0 && value <= 100)) {
    return [];
  }
  return [{ what, got: `${value}`, allowed: '0 to 100', fix: 'give a whole number of percent' }];
}

function orderProblems(what: string, low: number, name: string, high: number): Problem[] {
  if (Token.isUnresolved(low) || Token.isUnresolved(high) || !(low > high)) {
    return [];
  }
  return [{ what, got: `${low}`, allowed: `at most ${name} (${high})`, fix: `lower it, or raise ${name}` }];
}

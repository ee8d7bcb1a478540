import { Token } from 'aws-cdk-lib';
import { Problem } from '../../validation';
import { bandwidthProblems } from '../capacity/private/problems/bandwidth-problems';
import { placementProblems } from '../capacity/private/problems/placement-problems';
import { sizeBoundProblems, weightProblems } from '../capacity/private/problems/size-problems';
import { reservationProblems } from '../capacity/private/reservation';
import { FleetCapacity } from '../fleet-capacity';

/** Every problem of a capacity but those of the single instance types, which are the gate's business. */
export function capacityProblems(capacity: FleetCapacity): Problem[] {
  const { instanceTypes, size, placement, bandwidthWeighting, _selection: selection } = capacity;
  const cannotBeWeighed = selection.sizeProblems(size);
  return [
    ...percentageProblems(capacity._distribution.onDemandPercentageAboveBaseCapacity ?? 0),
    ...twoSizesProblems(capacity),
    ...sizeBoundProblems(size, capacity._onDemandBase),
    ...(cannotBeWeighed.length > 0
      ? cannotBeWeighed
      : weightProblems(size, { instanceTypes, candidates: selection.candidates })),
    ...selection.problems(),
    ...placementProblems(placement, instanceTypes),
    ...bandwidthProblems(bandwidthWeighting, instanceTypes),
    ...(capacity._reservation ? reservationProblems(capacity._reservation) : []),
  ];
}

function twoSizesProblems({ _options: { size, minInstances, maxInstances } }: FleetCapacity): Problem[] {
  if (size === undefined || (minInstances === undefined && maxInstances === undefined)) {
    return [];
  }
  return [
    {
      what: 'capacity.size',
      got: 'a size beside minInstances or maxInstances',
      allowed: 'one of the two',
      fix: 'put the bounds into the size',
    },
  ];
}

function percentageProblems(value: number): Problem[] {
  if (Token.isUnresolved(value) || (Number.isInteger(value) && value >= 0 && value <= 100)) {
    return [];
  }
  const what = 'capacity.onDemandPercentageAboveBase';
  return [{ what, got: `${value}`, allowed: '0 to 100', fix: 'give a whole number of percent' }];
}

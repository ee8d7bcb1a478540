import { Token } from 'aws-cdk-lib';
import { FleetCapacity } from '../../../fleet';
import { judgeCapacity } from '../../../fleet/private/check-fleet';
import { KernelBundle } from '../../../kernels';
import { Problem } from '../../../validation';
import { FleetKnobs } from '../fleet-knobs';
import { tagParameterId } from './tag-parameter-id';

/** Least and greatest numbers of instances that can be chosen. */
export interface SizeCorners {
  readonly least: readonly number[];
  readonly greatest: readonly number[];
}

/** The ends of what can be chosen as least and as greatest number of instances. */
export function sizeCorners(
  { minInstances, maxInstances }: FleetCapacity,
  { highestMinInstances = minInstances, lowestMaxInstances = maxInstances }: FleetKnobs,
): SizeCorners {
  return {
    least: [...new Set([minInstances, highestMinInstances])],
    greatest: [...new Set([lowestMaxInstances, maxInstances])],
  };
}

/** Every problem of knobs, and of the sizes that they allow: all that a user can choose was checked here. */
export function knobProblems(
  capacity: FleetCapacity,
  knobs: FleetKnobs,
  region: string,
  kernels?: KernelBundle[],
): Problem[] {
  const wrong = [...sizeProblems(capacity, knobs), ...tagProblems(knobs.tags ?? {})];
  if (wrong.length > 0) {
    return wrong;
  }
  const { least, greatest } = sizeCorners(capacity, knobs);
  const found = least.flatMap((min) =>
    greatest.flatMap((max) =>
      judgeCapacity(capacity._resized(min, max), region, kernels).problems.map((problem) => ({
        ...problem,
        got: `${problem.got}, when ${min} to ${max} instances are chosen`,
      })),
    ),
  );
  return least.length === 1 && greatest.length === 1 ? [] : found;
}

function sizeProblems(capacity: FleetCapacity, knobs: FleetKnobs): Problem[] {
  const { highestMinInstances, lowestMaxInstances } = knobs;
  if (highestMinInstances === undefined && lowestMaxInstances === undefined) {
    return [];
  }
  const { size, minInstances, maxInstances } = capacity;
  if (size._weighing || Token.isUnresolved(minInstances) || Token.isUnresolved(maxInstances)) {
    const got = size._weighing ? size.unit : 'bounds that are only known at deployment';
    const fix = 'give minInstances and maxInstances, or leave out the knobs of the size';
    return [{ what: 'capacity', got, allowed: 'numbers of instances, within which is chosen', fix }];
  }
  const highest = highestMinInstances ?? minInstances;
  const lowest = lowestMaxInstances ?? maxInstances;
  return [
    ...boundProblems('knobs.highestMinInstances', highest, minInstances, lowest),
    ...boundProblems('knobs.lowestMaxInstances', lowest, Math.max(highest, 1), maxInstances),
  ];
}

/** Any least number must fit any greatest: CloudFormation cannot compare two parameters. */
function boundProblems(what: string, value: number, least: number, most: number): Problem[] {
  return Number.isInteger(value) && value >= least && value <= most
    ? []
    : [
        {
          what,
          got: `${value}`,
          allowed: `a whole number from ${least} to ${most}`,
          fix: 'the least numbers that can be chosen may not exceed the greatest, and both stay within the capacity',
        },
      ];
}

function tagProblems(tags: { [key: string]: string[] }): Problem[] {
  const keys = Object.keys(tags);
  const ids = keys.map(tagParameterId);
  return keys.flatMap((key, index) => [
    ...(tags[key].length > 0
      ? []
      : [{ what: `knobs.tags.${key}`, got: 'no value', allowed: 'at least one', fix: 'name the allowed values' }]),
    ...(/^aws:/i.test(key) || key.length === 0 || key.length > 128
      ? [
          {
            what: `knobs.tags.${key}`,
            got: 'this key',
            allowed: '1 to 128 characters, not beginning with aws:',
            fix: 'rename it',
          },
        ]
      : []),
    ...(ids.indexOf(ids[index]) === index
      ? []
      : [
          {
            what: `knobs.tags.${key}`,
            got: 'a key of the same letters and digits as another',
            allowed: 'keys that differ in these, for they name the parameters',
            fix: 'rename one of them',
          },
        ]),
  ]);
}

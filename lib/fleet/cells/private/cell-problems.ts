import { Token } from 'aws-cdk-lib';
import { Problem } from '../../../validation';
import { numberProblems } from '../../private/range-problems';

const MOST_CELLS = 100;
const MOST_WEIGHT = 255;

/** Everything that is wrong with a number of cells and their weights. */
export function cellProblems(cells: number, weights: readonly number[] = []): Problem[] {
  const problems: Problem[] = [
    ...unknownProblems(cells),
    ...numberProblems('cells', cells, { least: 1, most: MOST_CELLS, whole: true }),
    ...weights.flatMap((weight, index) =>
      numberProblems(`weights[${index}]`, weight, { least: 0, most: MOST_WEIGHT, whole: true }),
    ),
  ];
  if (weights.length > 0 && weights.length !== cells) {
    const fix = 'give one for each cell, or none';
    problems.push({ what: 'weights', got: `${weights.length} weights`, allowed: `${cells}`, fix });
  }
  if (weights.length > 0 && weights.every((weight) => weight === 0)) {
    // https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resource-record-sets-values-weighted-alias.html
    const fix = 'give one a weight above 0: if all are 0, Route 53 sends the same share to each';
    problems.push({ what: 'weights', got: 'only zeros', allowed: 'at least one above 0', fix });
  }
  return problems;
}

/** Each cell is made at synthesis; of a number that is only known at deployment there would be none. */
function unknownProblems(cells: number): Problem[] {
  if (!Token.isUnresolved(cells)) {
    return [];
  }
  const got = 'a value that is only known at deployment';
  return [{ what: 'cells', got, allowed: `1 to ${MOST_CELLS}`, fix: 'write the number out' }];
}

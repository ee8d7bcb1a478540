import { numberText, Problem } from '../../validation';
import { Estimate } from '../power/estimate';

/** The problem of an estimate whose figures are out of order, negative or not finite. */
export function estimateProblems(what: string, { low, typical, high }: Estimate, unit: string): Problem[] {
  if (low >= 0 && low <= typical && typical <= high && Number.isFinite(high)) {
    return [];
  }
  return [
    {
      what,
      got: `low ${numberText(low)}, typical ${numberText(typical)}, high ${numberText(high)}`,
      allowed: `finite ${unit} of at least 0, with low <= typical <= high`,
      fix: 'sort the three figures; give the same figure three times when only one is known',
    },
  ];
}

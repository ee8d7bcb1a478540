import { GateVerdict } from '../gate';
import { AssemblyChange, isEmpty } from '../model/assembly-change';

/** The report for programs; figures unrounded, the unknown ones absent. */
export function formatJson(change: AssemblyChange, verdicts: readonly GateVerdict[]): string {
  return JSON.stringify({ isEmpty: isEmpty(change), ...change, gates: verdicts }, undefined, 2);
}

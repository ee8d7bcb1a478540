import { DocumentError } from '../../stacks/template/private/document/document-error';
import { FleetConfigError } from '../../validation';

/** A problem as other programs get it. */
export interface ReportedProblem {
  /** None for what is no file's fault. */
  readonly file?: string;
  /** From 1. */
  readonly line?: number;
  /** From 1. */
  readonly column?: number;
  /** The path of keys in the file. */
  readonly what: string;
  readonly got: string;
  readonly allowed: string;
  readonly fix: string;
}

/** The problems of an error, nothing of one that has none. */
export function problemReport(error: unknown): { readonly problems: readonly ReportedProblem[] } | undefined {
  if (error instanceof DocumentError) {
    return { problems: error.documentProblems.map(({ place, ...problem }) => ({ ...place, ...texts(problem) })) };
  }
  return error instanceof FleetConfigError ? { problems: error.problems.map(texts) } : undefined;
}

function texts({ what, got, allowed, fix }: ReportedProblem): ReportedProblem {
  return { what, got, allowed, fix };
}

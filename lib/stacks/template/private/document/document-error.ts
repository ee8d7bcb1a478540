import { FleetConfigError } from '../../../../validation';
import { DocumentProblem, placeText, sortProblems } from './document-problem';

/** Every problem of one or several files, one on a line, by where it stands. */
export class DocumentError extends FleetConfigError {
  public readonly documentProblems: readonly DocumentProblem[];

  constructor(problems: readonly DocumentProblem[]) {
    const sorted = sortProblems(problems);
    const placed = sorted.map((problem) => ({ ...problem, what: `${placeText(problem.place)} ${problem.what}` }));
    const where = [...new Set(sorted.map(({ place }) => place.file))].join(', ');
    super(
      where,
      placed,
      placed.map(({ what, got, allowed, fix }) => `${what}: got ${got}, allowed ${allowed}: ${fix}`).join('\n'),
    );
    this.documentProblems = sorted;
  }
}

/** @throws DocumentError with all problems, when there is any */
export function throwDocumentProblems(problems: readonly DocumentProblem[]): void {
  if (problems.length > 0) {
    throw new DocumentError(problems);
  }
}

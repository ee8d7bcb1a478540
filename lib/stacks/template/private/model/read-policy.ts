import { FleetPolicy } from '../../../policy';
import { PolicyViolation } from '../../../policy/policy-violation';
import { DocumentError } from '../document/document-error';
import { DocumentProblem, pathText } from '../document/document-problem';
import { DocumentReader } from '../document/document-reader';
import { Place, ValuePath } from '../document/located-value';
import { TemplateModel } from './read-model';

/** The policy of a file, none when it names none or they cannot be read. */
export function readPolicy({ policyFiles }: TemplateModel, problems: DocumentProblem[]): FleetPolicy | undefined {
  if (policyFiles.length === 0) {
    return undefined;
  }
  try {
    return FleetPolicy.fromFiles([...policyFiles]);
  } catch (error) {
    if (!(error instanceof DocumentError)) {
      throw error;
    }
    problems.push(...error.documentProblems);
    return undefined;
  }
}

/** What fleets say of keys that a policy keeps to itself. */
export function lockedProblems(
  { fleets }: TemplateModel,
  policy: FleetPolicy | undefined,
  reader: DocumentReader,
): DocumentProblem[] {
  const places = fleets.flatMap(({ path }) => [
    path,
    ...reader.keys([...path, 'environments']).map((name) => [...path, 'environments', name]),
  ]);
  return places.flatMap((path) =>
    (policy?._lockedViolations(pathText(path), reader.keys(path)) ?? []).map((violation) => {
      const key: ValuePath = [...path, violation.key];
      return violationProblem(violation, pathText(key), reader.place(key));
    }),
  );
}

/** A violation as a problem of a file, with the place of the rule. */
export function violationProblem(
  { rule, ruleAt, got, allowed, fix }: PolicyViolation,
  what: string,
  place: Place,
): DocumentProblem {
  return { place, what, got, allowed: `${allowed} (${rule}, ${ruleAt})`, fix };
}

import { Stack } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { FleetConfigError } from '../../../../validation';
import { FleetPolicy } from '../../../policy';
import { locateProblem } from '../binding';
import { DocumentProblem } from '../document/document-problem';
import { dataOf, Place } from '../document/located-value';
import { violationProblem } from '../model/read-policy';
import { MadeStacks } from './make-stacks';
import { joinEnvironments, Origin, originProblem, OriginProblem } from './placed-origin';

/** What only the whole tree can tell: what constructs validate at synthesis, and what policies ask. */
export function lateProblems(
  scope: IConstruct,
  { origins }: MadeStacks,
  policy: FleetPolicy | undefined,
  file: Place,
): DocumentProblem[] {
  const late = [...origins].flatMap(([stack, origin]) => stack.node.findAll().flatMap((one) => validated(one, origin)));
  const violations = policy?._violations(scope) ?? [];
  const placed = violations.map((violation) => {
    const [, origin] = [...origins].find(([stack]) => isWithin(violation.fleet ?? '', stack)) ?? [];
    if (!origin) {
      return violationProblem(violation, [violation.fleet, violation.key].filter(Boolean).join(', '), file);
    }
    const path = locateProblem({ ...violation, what: violation.key }, dataOf(origin.value));
    const { what, place } = originProblem(origin, { path, problem: { ...violation, what: violation.key } });
    return { ...violationProblem(violation, what, place), origin };
  });
  return [...joinEnvironments([...late, ...placed.filter(hasOrigin)]), ...placed.filter((one) => !hasOrigin(one))];
}

/** The problems of an error that came of a stack of the file after the stacks were made; nothing of another error. */
export function explained(error: unknown, { origins }: MadeStacks): DocumentProblem[] | undefined {
  const { where } = error instanceof FleetConfigError ? error : { where: undefined };
  const [, origin] = [...origins].find(([stack]) => where !== undefined && isWithin(where, stack)) ?? [];
  return origin && joinEnvironments(placedAt(origin, error as FleetConfigError));
}

function validated(construct: IConstruct, origin: Origin): OriginProblem[] {
  try {
    const problem = { what: construct.node.path, got: 'a construct that is not valid', allowed: 'a valid one' };
    return construct.node
      .validate()
      .map((message) => originProblem(origin, { path: [], problem: { ...problem, fix: message } }));
  } catch (error) {
    if (!(error instanceof FleetConfigError)) {
      throw error;
    }
    return placedAt(origin, error);
  }
}

function placedAt(origin: Origin, { problems }: FleetConfigError): OriginProblem[] {
  const data = dataOf(origin.value);
  return problems.map((problem) => originProblem(origin, { path: locateProblem(problem, data), problem }));
}

function isWithin(path: string, { node }: Stack): boolean {
  return path === node.path || path.startsWith(`${node.path}/`);
}

function hasOrigin(problem: DocumentProblem): problem is OriginProblem {
  return 'origin' in problem;
}

import { Properties, Resource } from './stack-source';
import { listOf, objectOf, StackTemplate } from './stack-template';

/** A statement that allows by wildcard, or on every resource. */
export interface BroadStatement {
  readonly where: string;
  readonly actions: readonly string[];
  /** Whether it is on every resource; else its actions have wildcards. */
  readonly everyResource: boolean;
  /** Whether a condition narrows it. */
  readonly conditional: boolean;
}

/** Statements of the identity policies of a template that allow more than named actions on named resources. */
export function broadStatements(template: StackTemplate): BroadStatement[] {
  return policyDocuments(template).flatMap(({ resource, document }) =>
    [document.Statement]
      .flat()
      .map(objectOf)
      .filter(({ Effect }) => Effect === 'Allow')
      .flatMap((statement) => broadStatement(template.where(resource), statement)),
  );
}

function policyDocuments(template: StackTemplate): { resource: Resource; document: Properties }[] {
  const ofPolicies = template
    .ofType('AWS::IAM::Policy', 'AWS::IAM::ManagedPolicy')
    .map((resource) => ({ resource, document: objectOf(resource.properties.PolicyDocument) }));
  const ofRoles = template.ofType('AWS::IAM::Role').flatMap((resource) =>
    listOf(resource.properties.Policies).map(({ PolicyDocument }) => ({
      resource,
      document: objectOf(PolicyDocument),
    })),
  );
  return [...ofPolicies, ...ofRoles];
}

function broadStatement(where: string, { Action, NotAction, Resource, Condition }: Properties): BroadStatement[] {
  const actions = NotAction === undefined ? textsOf(Action) : textsOf(NotAction).map((action) => `all but ${action}`);
  const everyResource = textsOf(Resource).includes('*');
  const wildcards = NotAction !== undefined || actions.some((action) => action.includes('*'));
  return everyResource || wildcards ? [{ where, actions, everyResource, conditional: Condition !== undefined }] : [];
}

function textsOf(value: unknown): string[] {
  return [value].flat().filter((item) => typeof item === 'string');
}

import { TemplateDiff } from '@aws-cdk/cloudformation-diff';
import { AccessGrant, covers, isWildcard } from './access-grant';

type Statement = TemplateDiff['iamChanges']['statements']['additions'][number];

/** Permissions of one principal on one resource, which a change gives or takes. */
export interface PermissionChange {
  readonly principal: string;
  readonly resource: string;
  /** Actions, or managed policies, or what else is given. */
  readonly actions: string[];
  /** Whether conditions bound it. Their values are not shown. */
  readonly isConditional: boolean;
  /** Whether it reaches more than it names: `*` as resource or principal, or in an action. */
  readonly isWildcard: boolean;
}

/** What a change gives, and what it takes. */
export interface IamChange {
  readonly widened: PermissionChange[];
  readonly narrowed: PermissionChange[];
}

/**
 * Compares permissions one by one, so that a statement that only lost an action is not shown as a new one. What an old
 * statement covers already widens nothing.
 */
export function iamChange(diff: TemplateDiff): IamChange {
  const { additions, removals } = diff.iamChanges.statements;
  const before = removals.filter(isPlainAllow).flatMap(grantsOf);
  const after = additions.filter(isPlainAllow).flatMap(grantsOf);
  const { managedPolicies } = diff.iamChanges;
  return {
    widened: [
      ...grouped(after.filter((grant) => !before.some((old) => covers(old, grant)))),
      ...additions.filter((statement) => !isPlainAllow(statement) && !isDeny(statement)).map(asWhole),
      ...removals.filter(isDeny).map(asWhole),
      ...managedPolicies.additions.map(asAttachment),
      ...boundaryChanges(diff),
      ...identityCenterChanges(diff, 'additions'),
    ],
    narrowed: [
      ...grouped(before.filter((grant) => !after.some((other) => covers(other, grant)))),
      ...removals.filter((statement) => !isPlainAllow(statement) && !isDeny(statement)).map(asWhole),
      ...additions.filter(isDeny).map(asWhole),
      ...managedPolicies.removals.map(asAttachment),
      ...identityCenterChanges(diff, 'removals'),
    ],
  };
}

function isPlainAllow(statement: Statement): boolean {
  return effectOf(statement) === 'Allow' && !statement.isNegativeStatement;
}

function isDeny(statement: Statement): boolean {
  return effectOf(statement) === 'Deny';
}

/** The package does not export its enum. */
function effectOf({ effect }: Statement): string {
  return effect;
}

function grantsOf(statement: Statement): AccessGrant[] {
  const { principals, actions, resources } = statement;
  const conditions = statement.condition === undefined ? undefined : JSON.stringify(statement.condition);
  return principals.values.flatMap((principal) =>
    actions.values.flatMap((action) =>
      resources.values.map((resource) => ({ principal, action, resource, condition: conditions })),
    ),
  );
}

function grouped(grants: readonly AccessGrant[]): PermissionChange[] {
  const groups = new Map<string, AccessGrant[]>();
  for (const grant of grants) {
    const key = JSON.stringify([grant.principal, grant.resource, grant.condition]);
    groups.set(key, [...(groups.get(key) ?? []), grant]);
  }
  return [...groups.values()].map((group) => ({
    principal: group[0].principal,
    resource: group[0].resource,
    actions: [...new Set(group.map(({ action }) => action))],
    isConditional: group[0].condition !== undefined,
    isWildcard: group.some(isWildcard),
  }));
}

/** A statement that denies, says what it is not about, or cannot be read before deployment. */
function asWhole(statement: Statement): PermissionChange {
  const { principals, actions, resources } = statement;
  const words = ({ not, values }: Statement['actions']): string => `${not ? 'all but ' : ''}${values.join(', ')}`;
  return {
    principal: words(principals) || 'unknown until deployment',
    resource: words(resources) || 'unknown until deployment',
    actions: [isDeny(statement) ? `Deny ${words(actions)}` : words(actions) || 'a statement known at deployment'],
    isConditional: statement.condition !== undefined,
    isWildcard: !isDeny(statement),
  };
}

function asAttachment({ identityArn, managedPolicyArn }: { identityArn: string; managedPolicyArn: string }) {
  return {
    principal: identityArn,
    resource: 'what the policy names',
    actions: [`managed policy ${managedPolicyArn}`],
    isConditional: false,
    isWildcard: /(Administrator|PowerUser|Full)Access$/.test(managedPolicyArn),
  };
}

/** A permissions boundary that goes, or is another one, lets a role do what it could not. */
function boundaryChanges(diff: TemplateDiff): PermissionChange[] {
  const changes: PermissionChange[] = [];
  diff.resources.forEachDifference((logicalId, change) => {
    const boundary = change.isUpdate ? change.propertyUpdates.PermissionsBoundary : undefined;
    if (boundary !== undefined && !boundary.isAddition) {
      const how = boundary.isRemoval ? 'no longer bounded' : 'bounded by another policy';
      changes.push({
        principal: `AWS:\${${logicalId}}`,
        resource: 'what its policies name',
        actions: [`permissions boundary: ${how}`],
        isConditional: false,
        isWildcard: boundary.isRemoval,
      });
    }
  });
  return changes;
}

function identityCenterChanges({ iamChanges }: TemplateDiff, side: 'additions' | 'removals'): PermissionChange[] {
  const { ssoAssignments, ssoInstanceACAConfigs, ssoPermissionSets } = iamChanges;
  return [ssoAssignments, ssoInstanceACAConfigs, ssoPermissionSets]
    .flatMap((collection) => collection[side] as { readonly cfnLogicalId: string | undefined }[])
    .map(({ cfnLogicalId }) => ({
      principal: 'IAM Identity Center',
      resource: cfnLogicalId ?? 'unknown',
      actions: ['an assignment, a permission set or attributes of access control'],
      isConditional: false,
      isWildcard: false,
    }));
}

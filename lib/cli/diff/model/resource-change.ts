import { ResourceDifference, ResourceImpact, TemplateDiff } from '@aws-cdk/cloudformation-diff';
import { VALUED_RESOURCES, ValuedResource } from './valued-resources';

/** What becomes of a resource. Values of properties are never part of it: secrets may stand in them. */
export interface ResourceChange {
  readonly logicalId: string;
  /** Construct path, or the logical id when the app leaves paths out. */
  readonly path: string;
  readonly type: string;
  readonly impact: 'created' | 'updated' | 'replaced' | 'may be replaced' | 'deleted' | 'left behind';
  /** Names of the properties that change. */
  readonly properties: string[];
}

/** A stateful or costly resource that is replaced or deleted. */
export interface Loss extends ResourceChange {
  readonly kind: ValuedResource['kind'];
  readonly loses: string;
  /** Whether CloudFormation keeps the old resource, out of the stack. */
  readonly isKept: boolean;
}

const IMPACTS: Partial<Record<ResourceImpact, ResourceChange['impact']>> = {
  [ResourceImpact.WILL_CREATE]: 'created',
  [ResourceImpact.WILL_UPDATE]: 'updated',
  [ResourceImpact.WILL_REPLACE]: 'replaced',
  [ResourceImpact.MAY_REPLACE]: 'may be replaced',
  [ResourceImpact.WILL_DESTROY]: 'deleted',
  [ResourceImpact.WILL_ORPHAN]: 'left behind',
};

/** Says nothing about a stack but which versions of CDK's libraries made it. */
const IGNORED_TYPE = 'AWS::CDK::Metadata';

/** The resources that change, without those of which only notes to tools do. */
export function resourceChanges(diff: TemplateDiff): ResourceChange[] {
  const changes: ResourceChange[] = [];
  diff.resources.forEachDifference((logicalId, change) => {
    const impact = impactOf(change);
    const type = change.newResourceType ?? change.oldResourceType ?? 'unknown';
    if (type !== IGNORED_TYPE && !isOnlyNotes(change)) {
      const properties = [...Object.keys(change.propertyUpdates), ...attributesOf(change)].sort();
      changes.push({ logicalId, path: pathOf(logicalId, change), type, impact, properties });
    }
  });
  return changes;
}

/** The stateful and costly ones among the changes that replace or delete. */
export function losses(changes: readonly ResourceChange[], diff: TemplateDiff): Loss[] {
  return changes.flatMap((change) => {
    const { oldValue, oldResourceType = '' } = diff.resources.get(change.logicalId);
    const valued = VALUED_RESOURCES[oldResourceType];
    if (valued === undefined || change.impact === 'created' || change.impact === 'updated') {
      return [];
    }
    const policy: unknown = change.impact === 'deleted' ? undefined : oldValue?.UpdateReplacePolicy;
    const isKept = change.impact === 'left behind' || policy === 'Retain' || policy === 'RetainExceptOnCreate';
    return [{ ...change, type: oldResourceType, ...valued, isKept }];
  });
}

function impactOf(change: ResourceDifference): ResourceChange['impact'] {
  // Another type under the same logical id is another resource.
  if (change.resourceTypeChanged) {
    return 'replaced';
  }
  // Of types that AWS's specification does not know, custom resources among them, only that they change is known.
  return IMPACTS[change.changeImpact] ?? 'updated';
}

function isOnlyNotes(change: ResourceDifference): boolean {
  return (
    change.isUpdate &&
    !change.resourceTypeChanged &&
    Object.keys(change.propertyUpdates).length === 0 &&
    attributesOf(change).length === 0
  );
}

/** UpdatePolicy, DeletionPolicy, DependsOn and their like. */
function attributesOf(change: ResourceDifference): string[] {
  return change.isUpdate
    ? Object.keys(change.otherChanges).filter((name) => name !== 'Metadata' && name !== 'Type')
    : [];
}

function pathOf(logicalId: string, { newValue, oldValue }: ResourceDifference): string {
  const metadata = (newValue ?? oldValue)?.Metadata as Record<string, unknown> | undefined;
  const path = metadata?.['aws:cdk:path'];
  return typeof path === 'string' ? path.replace(/\/(Resource|Default)$/, '') : logicalId;
}

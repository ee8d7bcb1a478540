import { fullDiff, Resource, TemplateDiff } from '@aws-cdk/cloudformation-diff';
import { CloudFormationStackArtifact } from 'aws-cdk-lib/cx-api';
import { IamChange, iamChange } from './iam-change';
import { NetworkChange, networkChange } from './network-change';
import { Loss, losses, ResourceChange, resourceChanges } from './resource-change';
import { ImageBuild, imageBuilds, RollOut, rollOuts } from './roll-out';

/** What becomes of a stack. */
export interface StackChange {
  /** Its path in the app. */
  readonly stack: string;
  /**
   * A stack that goes to another account or region, or gets another name, is moved: CloudFormation makes a new one, and
   * the old one stays.
   */
  readonly kind: 'added' | 'removed' | 'moved' | 'changed';
  /** Account and region, where they are known. */
  readonly environment: string;
  readonly resources: ResourceChange[];
  readonly losses: Loss[];
  readonly imageBuilds: ImageBuild[];
  readonly rollOuts: RollOut[];
  readonly iam: IamChange;
  readonly network: NetworkChange;
  /** Names of parameters and outputs that change, without their values. */
  readonly others: string[];
}

type Template = Readonly<Record<string, unknown>> & { readonly Resources?: Record<string, Resource> };

/** Compares the stacks of two assemblies by their paths; nothing for those that are the same. */
export function compareStacks(
  base: readonly CloudFormationStackArtifact[],
  head: readonly CloudFormationStackArtifact[],
): StackChange[] {
  const before = new Map(base.map((stack) => [stack.hierarchicalId, stack]));
  const after = new Map(head.map((stack) => [stack.hierarchicalId, stack]));
  return [...new Set([...after.keys(), ...before.keys()])]
    .map((path) => compareStack(path, before.get(path), after.get(path)))
    .filter((change) => change !== undefined);
}

function compareStack(
  stack: string,
  before?: CloudFormationStackArtifact,
  after?: CloudFormationStackArtifact,
): StackChange | undefined {
  const kind = kindOf(before, after);
  const [from, to] = [kind === 'changed' ? templateOf(before) : {}, templateOf(after)];
  // A stack that leaves the app is deployed as it was until somebody destroys it.
  const diff = fullDiff(kind === 'removed' ? to : from, to);
  const resources = resourceChanges(diff);
  const change = {
    ...{ stack, kind, resources },
    environment: (after ?? before)?.environment.name.replace('aws://', '') ?? 'unknown',
    losses: losses(resources, diff),
    imageBuilds: imageBuilds(diff),
    rollOuts: rollOuts(diff, to.Resources ?? {}),
    iam: iamChange(diff),
    network: networkChange(diff),
    others: otherChanges(diff),
  };
  return kind === 'changed' && resources.length === 0 && change.others.length === 0 ? undefined : change;
}

function kindOf(before?: CloudFormationStackArtifact, after?: CloudFormationStackArtifact): StackChange['kind'] {
  if (before === undefined || after === undefined) {
    return before === undefined ? 'added' : 'removed';
  }
  const place = ({ environment, stackName }: CloudFormationStackArtifact): string => `${environment.name}/${stackName}`;
  return place(before) === place(after) ? 'changed' : 'moved';
}

function templateOf(stack?: CloudFormationStackArtifact): Template {
  return (stack?.template ?? {}) as Template;
}

function otherChanges(diff: TemplateDiff): string[] {
  const names = (kind: string, ids: string[]): string[] => ids.map((id) => `${kind} ${id}`);
  return [
    ...names('parameter', diff.parameters.logicalIds),
    ...names('output', diff.outputs.logicalIds),
    ...names('condition', diff.conditions.logicalIds),
    ...names('mapping', diff.mappings.logicalIds),
    // Rules, transforms and what a later CloudFormation may have.
    ...names('section', diff.unknown.logicalIds),
    ...(diff.transform ? ['transform'] : []),
  ];
}

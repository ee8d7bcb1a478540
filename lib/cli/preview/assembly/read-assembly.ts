import { ArtifactMetadataEntryType } from 'aws-cdk-lib/cloud-assembly-schema';
import { CloudFormationStackArtifact } from 'aws-cdk-lib/cx-api';
import { openAssembly } from '../../open-assembly';
import { resolveIntrinsics, standIn, TemplateContext } from './resolve-intrinsics';
import { StackOutputs, Template } from './stack-outputs';

/** A resource of a template, its properties resolved as far as they can be before deployment. */
export interface AssemblyResource {
  readonly stack: string;
  readonly region: string;
  readonly logicalId: string;
  /** Path of its construct, or its logical id where the assembly does not say it. */
  readonly path: string;
  readonly type: string;
  readonly properties: Readonly<Record<string, unknown>>;
}

/** Types that a preview is made of: what it shows, and what says how large a fleet is. */
const TYPES = ['AWS::CloudWatch::Dashboard', 'AWS::CloudWatch::Alarm', 'AWS::AutoScaling::AutoScalingGroup'];

/**
 * Reads what a preview needs of every stack of a cloud assembly, also of those in stages.
 *
 * @throws UsageError when the directory is no cloud assembly
 */
export function readAssembly(directory: string): AssemblyResource[] {
  return readStacks(directory).flatMap((stack) => readResources(stack, TYPES));
}

/** A stack of a cloud assembly, with what its template can be resolved by. */
export interface AssemblyStack {
  readonly artifact: CloudFormationStackArtifact;
  readonly context: TemplateContext;
}

/**
 * Opens every stack of a cloud assembly, also those in stages.
 *
 * @throws UsageError when the directory is no cloud assembly
 */
export function readStacks(directory: string): AssemblyStack[] {
  const stacks = openAssembly(directory).stacksRecursively;
  const outputs = new StackOutputs(stacks.map((stack) => ({ template: templateOf(stack), context: contextOf(stack) })));
  return stacks.map((artifact) => ({ artifact, context: outputs.seenFrom(contextOf(artifact)) }));
}

/** The resources of a stack that have one of these types. */
export function readResources(
  { artifact: stack, context }: AssemblyStack,
  types: readonly string[],
): AssemblyResource[] {
  const paths = constructPaths(stack);
  return Object.entries(templateOf(stack).Resources ?? {})
    .filter(([, { Type }]) => types.includes(Type))
    .map(([logicalId, { Type, Properties }]) => ({
      stack: stack.hierarchicalId,
      region: context.region,
      logicalId,
      path: paths.get(logicalId) ?? logicalId,
      type: Type,
      properties: resolveIntrinsics(Properties ?? {}, context) as Record<string, unknown>,
    }));
}

function templateOf(stack: CloudFormationStackArtifact): Template {
  return stack.template as Template;
}

/** What is known of a stack; for other stacks, its resources have its name before theirs. */
function contextOf(stack: CloudFormationStackArtifact): TemplateContext & { readonly name: string } {
  const { region, account } = stack.environment;
  const { Parameters, Mappings } = templateOf(stack);
  return {
    name: stack.hierarchicalId,
    stackName: stack.stackName,
    region: region.startsWith('unknown-') ? standIn('region') : region,
    account: account.startsWith('unknown-') ? standIn('account') : account,
    parameters: Parameters ?? {},
    mappings: Mappings ?? {},
  };
}

/** Construct paths by logical id, as an L2 has them: without the resource below it. */
function constructPaths(stack: CloudFormationStackArtifact): ReadonlyMap<string, string> {
  return new Map(
    stack
      .findMetadataByType(ArtifactMetadataEntryType.LOGICAL_ID)
      .map(({ path: node, data }) => [data as string, node.replace(/^\//, '').replace(/(\/Resource)+$/, '')]),
  );
}

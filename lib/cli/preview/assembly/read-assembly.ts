import { ArtifactMetadataEntryType } from 'aws-cdk-lib/cloud-assembly-schema';
import { CloudFormationStackArtifact } from 'aws-cdk-lib/cx-api';
import { openAssembly } from '../../open-assembly';
import { resolveIntrinsics, standIn, TemplateContext } from './resolve-intrinsics';

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

interface Template {
  readonly Resources?: Readonly<Record<string, TemplateResource>>;
  readonly Parameters?: TemplateContext['parameters'];
  readonly Mappings?: TemplateContext['mappings'];
}

interface TemplateResource {
  readonly Type: string;
  readonly Properties?: object;
}

/** Types that a preview is made of: what it shows, and what says how large a fleet is. */
const TYPES = ['AWS::CloudWatch::Dashboard', 'AWS::CloudWatch::Alarm', 'AWS::AutoScaling::AutoScalingGroup'];

/**
 * Reads what a preview needs of every stack of a cloud assembly, also of those in stages.
 *
 * @throws UsageError when the directory is no cloud assembly
 */
export function readAssembly(directory: string): AssemblyResource[] {
  return openAssembly(directory).stacksRecursively.flatMap(readStack);
}

function readStack(stack: CloudFormationStackArtifact): AssemblyResource[] {
  const template = stack.template as Template;
  const { region, account } = stack.environment;
  const context: TemplateContext = {
    stackName: stack.stackName,
    region: region.startsWith('unknown-') ? standIn('region') : region,
    account: account.startsWith('unknown-') ? standIn('account') : account,
    parameters: template.Parameters ?? {},
    mappings: template.Mappings ?? {},
  };
  const paths = constructPaths(stack);
  return Object.entries(template.Resources ?? {})
    .filter(([, { Type }]) => TYPES.includes(Type))
    .map(([logicalId, { Type, Properties }]) => ({
      stack: stack.hierarchicalId,
      region: context.region,
      logicalId,
      path: paths.get(logicalId) ?? logicalId,
      type: Type,
      properties: resolveIntrinsics(Properties ?? {}, context) as Record<string, unknown>,
    }));
}

/** Construct paths by logical id, as an L2 has them: without the resource below it. */
function constructPaths(stack: CloudFormationStackArtifact): ReadonlyMap<string, string> {
  return new Map(
    stack
      .findMetadataByType(ArtifactMetadataEntryType.LOGICAL_ID)
      .map(({ path: node, data }) => [data as string, node.replace(/^\//, '').replace(/(\/Resource)+$/, '')]),
  );
}

import { ArtifactMetadataEntryType } from 'aws-cdk-lib/cloud-assembly-schema';
import { CloudFormationStackArtifact, UNKNOWN_ACCOUNT, UNKNOWN_REGION } from 'aws-cdk-lib/cx-api';
import { Properties, StackSource } from './stack-source';

interface TemplateFile {
  readonly Resources?: Record<string, { Type: string; Properties?: Properties; UpdatePolicy?: Properties }>;
}

/** A stack as `cdk synth` wrote it. */
export function assemblySource(stack: CloudFormationStackArtifact): StackSource {
  const { Resources = {} } = stack.template as TemplateFile;
  const metadata = (type: string) =>
    stack.findMetadataByType(type).map(({ path, data }) => ({ path, data: data as unknown }));
  const paths = new Map(metadata(ArtifactMetadataEntryType.LOGICAL_ID).map(({ path, data }) => [data, path]));
  return {
    displayName: stack.displayName,
    account: known(stack.environment.account, UNKNOWN_ACCOUNT),
    region: known(stack.environment.region, UNKNOWN_REGION),
    resources: Object.entries(Resources).map(([logicalId, { Type, Properties = {}, UpdatePolicy = {} }]) => ({
      logicalId,
      type: Type,
      path: paths.get(logicalId),
      properties: Properties,
      updatePolicy: UpdatePolicy,
    })),
    metadata,
  };
}

function known(value: string, unknown: string): string | undefined {
  return value === unknown ? undefined : value;
}

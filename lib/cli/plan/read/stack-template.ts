import { ArtifactMetadataEntryType } from 'aws-cdk-lib/cloud-assembly-schema';
import { CloudFormationStackArtifact } from 'aws-cdk-lib/cx-api';

/** Properties of a resource, as the template has them. */
export type Properties = Record<string, unknown>;

/** A resource of a template. */
export interface Resource {
  readonly logicalId: string;
  readonly type: string;
  readonly properties: Properties;
  readonly updatePolicy: Properties;
}

interface TemplateFile {
  readonly Resources?: Record<string, { Type: string; Properties?: Properties; UpdatePolicy?: Properties }>;
}

/** The template of a stack, with the construct path of each resource. */
export class StackTemplate {
  public readonly resources: readonly Resource[];
  private readonly paths: ReadonlyMap<string, string>;
  private readonly byId: ReadonlyMap<string, Resource>;

  constructor(public readonly stack: CloudFormationStackArtifact) {
    const { Resources = {} } = stack.template as TemplateFile;
    this.resources = Object.entries(Resources).map(([logicalId, { Type, Properties = {}, UpdatePolicy = {} }]) => ({
      logicalId,
      type: Type,
      properties: Properties,
      updatePolicy: UpdatePolicy,
    }));
    this.byId = new Map(this.resources.map((resource) => [resource.logicalId, resource]));
    this.paths = new Map(
      stack.findMetadataByType(ArtifactMetadataEntryType.LOGICAL_ID).map(({ path, data }) => [data as string, path]),
    );
  }

  /** Resources of these types. */
  public ofType(...types: string[]): Resource[] {
    return this.resources.filter(({ type }) => types.includes(type));
  }

  /** Where a resource stands, for people: its construct path without the parts that say nothing. */
  public where({ logicalId }: Resource): string {
    const path = this.paths.get(logicalId);
    return path === undefined ? logicalId : path.replace(/^\//, '').replace(/\/(Resource|Default)$/, '');
  }

  /** Whether a resource stands below a construct. */
  public isBelow({ logicalId }: Resource, construct: string): boolean {
    return this.paths.get(logicalId)?.startsWith(`/${construct}/`) ?? false;
  }

  /** The resource of this template that a reference names. */
  public referred(reference: unknown): Resource | undefined {
    const { Ref, 'Fn::GetAtt': attribute } = (reference ?? {}) as { Ref?: string; 'Fn::GetAtt'?: string[] };
    return this.byId.get(Ref ?? attribute?.[0] ?? '');
  }
}

/** A list of a template's property, empty when it is none. */
export function listOf<Item = Properties>(value: unknown): Item[] {
  return Array.isArray(value) ? (value as Item[]) : [];
}

/** An object of a template's property, empty when it is none. */
export function objectOf(value: unknown): Properties {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Properties) : {};
}

/** A number that a template has as number or as text; undefined when it is only known at deployment. */
export function numberOf(value: unknown): number | undefined {
  return value === undefined || value === null || typeof value === 'object' || Number.isNaN(Number(value))
    ? undefined
    : Number(value);
}

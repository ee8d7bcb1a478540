import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { CACHE_DIRECTORY, PROJECT_ROOT } from './cache-directory';

/** What CloudFormation itself knows of a resource type. */
interface ResourceSchema {
  readonly properties: readonly string[];
  readonly required: readonly string[];
  /** The properties whose change replaces the resource. */
  readonly replacing: readonly string[];
  /** The attributes of `Fn::GetAtt` with the kind of their value. */
  readonly attributes: Readonly<Record<string, string>>;
  /** The properties or attributes that make up what `Ref` returns. */
  readonly ref: readonly string[];
  /** Such as `arn:${Partition}:ec2:${Region}:${Account}:natgateway/${NatGatewayId}`; empty where it is not known. */
  readonly arnTemplate: string;
}

interface DatabaseResource {
  readonly cloudFormationType: string;
  readonly primaryIdentifier?: readonly string[];
  readonly cfnRefIdentifier?: readonly string[];
  readonly arnTemplate?: string;
  readonly attributes?: Record<string, { readonly type: { readonly type: string } }>;
  readonly properties?: Record<string, { readonly required?: boolean; readonly causesReplacement?: string }>;
}

/**
 * Writes what the CDK CLI's own resource database says of every resource type into one small file, unless this version
 * of the CLI and of this script wrote it before, and returns its path.
 */
export function writeResourceSchemas(cacheDirectory: string = CACHE_DIRECTORY): string {
  const cli = path.join(PROJECT_ROOT, 'node_modules', 'aws-cdk');
  const made = createHash('sha256');
  [path.join(cli, 'package.json'), __filename].forEach((source) => made.update(fs.readFileSync(source)));
  const file = path.join(cacheDirectory, `resource-schemas-${made.digest('hex').slice(0, 16)}.json`);
  if (!fs.existsSync(file)) {
    fs.mkdirSync(cacheDirectory, { recursive: true });
    const partial = `${file}.${process.pid}`;
    fs.writeFileSync(partial, JSON.stringify(readSchemas(path.join(cli, 'db.json.gz'))));
    fs.renameSync(partial, file);
  }
  return file;
}

function readSchemas(databaseFile: string): Record<string, ResourceSchema> {
  const database = JSON.parse(gunzipSync(fs.readFileSync(databaseFile)).toString()) as {
    readonly schema?: { readonly resource?: { readonly entities?: readonly DatabaseResource[] } };
  };
  const resources = database.schema?.resource?.entities;
  if (!resources?.length) {
    throw new Error(`${databaseFile} has no schema.resource.entities: this version of the CDK CLI keeps it elsewhere`);
  }
  return Object.fromEntries(resources.map((resource) => [resource.cloudFormationType, toSchema(resource)]));
}

function toSchema(resource: DatabaseResource): ResourceSchema {
  const properties = Object.entries(resource.properties ?? {});
  // An attribute that is a whole structure cannot be the value of Fn::GetAtt.
  const attributes = Object.entries(resource.attributes ?? {}).filter(([, { type }]) => type.type !== 'ref');
  return {
    properties: properties.map(([name]) => name),
    required: properties.filter(([, property]) => property.required).map(([name]) => name),
    replacing: properties.filter(([, property]) => property.causesReplacement === 'yes').map(([name]) => name),
    attributes: Object.fromEntries(attributes.map(([name, { type }]) => [name, type.type])),
    ref: resource.cfnRefIdentifier ?? resource.primaryIdentifier ?? [],
    arnTemplate: resource.arnTemplate ?? '',
  };
}

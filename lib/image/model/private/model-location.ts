import { Aws } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';

/** The object that instances load, and what they must be allowed for that. */
export interface ModelLocation {
  /** What `/etc/graviton/model.json` says: instance/model-loader/model-configuration.schema.json. */
  readonly configuration: Record<string, unknown>;
  readonly statements: iam.PolicyStatement[];
}

export interface ModelObject {
  readonly bucket: s3.IBucket;
  readonly key: string;
  readonly versionId?: string;
  readonly sha256?: string;
  readonly bytes?: number;
}

export function locationOf({ bucket, key, versionId, sha256, bytes }: ModelObject): ModelLocation {
  // The AMI may run in a region to which it was copied.
  const region = bucket.env.region;
  return {
    configuration: { schemaVersion: 1, bucket: bucket.bucketName, key, versionId, sha256, bytes, region },
    statements: [
      new iam.PolicyStatement({
        actions: [versionId === undefined ? 's3:GetObject' : 's3:GetObjectVersion'],
        // Not by the bucket's own stack, which may be one that only holds what is imported.
        resources: [`arn:${Aws.PARTITION}:s3:::${bucket.bucketName}/${key}`],
      }),
      ...decryptStatements(bucket.encryptionKey, `s3.${region}.amazonaws.com`),
    ],
  };
}

/** Nothing for what is encrypted with a key of the service's own, which asks for no permission. */
export function decryptStatements(key: kms.IKey | undefined, service: string): iam.PolicyStatement[] {
  return key === undefined
    ? []
    : [
        new iam.PolicyStatement({
          actions: ['kms:Decrypt'],
          resources: [key.keyArn],
          conditions: { StringEquals: { 'kms:ViaService': service } },
        }),
      ];
}

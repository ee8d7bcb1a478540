/** `/etc/graviton/model.json` with its defaults; `model-configuration.schema.json` says what each part means. */
export interface ModelConfiguration {
  readonly schemaVersion: 1;
  readonly bucket: string;
  readonly key: string;
  readonly versionId?: string;
  readonly sha256?: string;
  readonly bytes?: number;
  readonly region?: string;
  readonly directory: string;
}

/** How messages name the object. */
export function uriOf({ bucket, key, versionId }: ModelConfiguration): string {
  return `s3://${bucket}/${key}${versionId === undefined ? '' : ` (version ${versionId})`}`;
}

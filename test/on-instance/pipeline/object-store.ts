/** Where S3Download gets its objects. */
export interface ObjectStore {
  /** @param url such as `s3://bucket/key` @throws Error when there is none */
  get(url: string): Promise<Buffer>;
}

/** Bucket and key of `s3://bucket/key`. */
export function splitObjectUrl(url: string): { readonly bucket: string; readonly key: string } {
  const [, bucket, key] = /^s3:\/\/([^/]+)\/(.+)$/.exec(url) ?? [];
  if (key === undefined) {
    throw new Error(`${url} is no URL of an S3 object`);
  }
  return { bucket, key };
}

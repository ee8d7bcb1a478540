/** The checksums that S3 keeps with objects, by the names of its API; fast ones first. */
export const CHECKSUM_ALGORITHMS = ['SHA256', 'SHA1', 'CRC32', 'CRC32C', 'CRC64NVME'] as const;

export type ChecksumAlgorithm = (typeof CHECKSUM_ALGORITHMS)[number];

/** What a file must have to be the object. */
export interface ExpectedChecksum {
  readonly algorithm: ChecksumAlgorithm;
  /** Base64; of a composite checksum, of its parts' digests one after the other. */
  readonly value: string;
  /** Of a composite checksum, the bytes of each part but the last. */
  readonly partBytes?: number;
}

/** What S3 says of an object without giving it. */
export interface ObjectFacts {
  readonly etag: string;
  readonly bytes: number;
  /** Nothing when S3 keeps none, or one that cannot be computed from the file alone. */
  readonly checksum?: ExpectedChecksum;
}

import { createHash } from 'node:crypto';
import { FileHandle } from 'node:fs/promises';
import { Crc32, Crc32c, Crc64Nvme } from '@aws-sdk/checksums/crc';
import { ChecksumAlgorithm, ExpectedChecksum } from '../object/object-facts';
import { rangesOf } from '../ranges/byte-range';
import { blocksOf } from './file-reader';

interface Digest {
  update(bytes: Uint8Array): unknown;
  digest(): Uint8Array | Promise<Uint8Array>;
}

const DIGESTS: Readonly<Record<ChecksumAlgorithm, () => Digest>> = {
  SHA256: () => createHash('sha256'),
  SHA1: () => createHash('sha1'),
  CRC32: () => new Crc32(),
  CRC32C: () => new Crc32c(),
  CRC64NVME: () => new Crc64Nvme(),
};

/** The checksum of a file, computed as the expected one was, in base64. Of the file one block is in memory. */
export async function checksumOf(file: FileHandle, bytes: number, expected: ExpectedChecksum): Promise<string> {
  const { algorithm, partBytes } = expected;
  const whole = DIGESTS[algorithm]();
  if (partBytes === undefined) {
    return base64(await digestOf(file, 0, bytes, whole));
  }
  for (const { start, end } of rangesOf(bytes, partBytes)) {
    whole.update(await digestOf(file, start, end, DIGESTS[algorithm]()));
  }
  return base64(await whole.digest());
}

/** The SHA-256 of bytes of a file, hexadecimal. */
export async function sha256Of(file: FileHandle, start: number, end: number): Promise<string> {
  return Buffer.from(await digestOf(file, start, end, createHash('sha256'))).toString('hex');
}

async function digestOf(file: FileHandle, start: number, end: number, digest: Digest): Promise<Uint8Array> {
  for await (const block of blocksOf(file, start, end)) {
    digest.update(block);
  }
  return digest.digest();
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}

import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import { open } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { ChecksumAlgorithm } from '../../../instance/model-loader/object/object-facts';
import { checksumOf } from '../../../instance/model-loader/verification/checksum';
import { useScratchDirectory } from '../../support/scratch-directory';
import { modelOf, objectOf, RANGE_BYTES, useModelLoader } from '../support/use-model-loader';

const MODEL = modelOf(5 * RANGE_BYTES + 3);
const sha256 = (...parts: Buffer[]): Buffer => createHash('sha256').update(Buffer.concat(parts)).digest();

describe('checksums', () => {
  const scratch = useScratchDirectory();

  // Check values of the CRC RevEng catalogue for "123456789" (CRC-32/ISO-HDLC, CRC-32/ISCSI, CRC-64/NVME).
  test.each<[ChecksumAlgorithm, string]>([
    ['CRC32', 'cbf43926'],
    ['CRC32C', 'e3069283'],
    ['CRC64NVME', 'ae8b14860a799888'],
    ['SHA1', 'f7c3bc1d808e04732adf679965ccc34ca7ae3441'],
    ['SHA256', '15e2b0d3c33891ebb0f1ef609ec419420c20e320ce94c65fbc8c3312448eb225'],
  ])('of %s are the published ones', async (algorithm, hexadecimal) => {
    const path = scratch();
    fs.writeFileSync(path, '123456789');
    const file = await open(path);
    const got = await checksumOf(file, 9, { algorithm, value: '' });
    await file.close();
    expect(Buffer.from(got, 'base64').toString('hex')).toBe(hexadecimal);
  });
});

describe('where no SHA-256 was configured', () => {
  const start = useModelLoader();
  const PART_BYTES = 2 * RANGE_BYTES;
  const parts = [0, 1, 2].map((part) => sha256(MODEL.subarray(part * PART_BYTES, (part + 1) * PART_BYTES)));
  const composite = `${sha256(...parts).toString('base64')}-3`;
  const whole = sha256(MODEL).toString('base64');

  test.each([
    ['of the whole object', { 'x-amz-checksum-sha256': whole, 'x-amz-checksum-type': 'FULL_OBJECT' }],
    ['of an upload in parts', { 'x-amz-checksum-sha256': composite, 'x-amz-checksum-type': 'COMPOSITE' }],
  ])('the checksum that S3 keeps is compared: %s', async (_kind, checksums) => {
    const { load, s3, log } = await start(objectOf(MODEL, { checksums, partBytes: PART_BYTES }));
    await load();
    expect(log.of('verified')).toMatchObject([{ algorithm: 'SHA256' }]);
    const damaged = Buffer.from(MODEL);
    damaged[PART_BYTES + 7] ^= 1;
    s3.object = { ...objectOf(damaged), checksums, partBytes: PART_BYTES };
    await expect(load()).rejects.toThrow('differs from the checksum that S3 keeps');
  });

  test('says so when there is none, or one of parts of unknown sizes', async () => {
    const { load, s3, log } = await start(objectOf(MODEL));
    await load();
    expect(log.of('not-verified')).toHaveLength(1);
    const checksums = { 'x-amz-checksum-sha256': composite };
    s3.object = { content: MODEL, etag: '"uneven"', checksums, partBytes: RANGE_BYTES };
    await load();
    expect(log.of('not-verified')).toHaveLength(2);
  });
});

import { FileHandle } from 'node:fs/promises';

const BLOCK_BYTES = 2 ** 20;

/** The bytes of a file from `start` up to `end`, or to its end, in blocks that are overwritten by the next one. */
export async function* blocksOf(file: FileHandle, start: number, end: number): AsyncGenerator<Buffer> {
  const buffer = Buffer.allocUnsafe(BLOCK_BYTES);
  for (let position = start; position < end;) {
    const { bytesRead } = await file.read(buffer, 0, Math.min(BLOCK_BYTES, end - position), position);
    if (bytesRead === 0) {
      return;
    }
    yield buffer.subarray(0, bytesRead);
    position += bytesRead;
  }
}

import { readFileSync } from 'node:fs';
import * as fc from 'fast-check';

/** Bytes of a model's file in which its metadata and its list of tensors lie. */
const HEADER_BYTES = 8192;

/** What the sizes and types of a header are set to. */
const STRANGE = [0, 1, 0x7fffffff, 0x80000000, 0xffffffff, 13, 4096];

/** A model's file with damage: cut off, other bytes in its header, other numbers, or a piece taken out. */
export function damagedModel(file: string): fc.Arbitrary<Buffer> {
  const whole = readFileSync(file);
  const at = fc.nat({ max: Math.min(HEADER_BYTES, whole.length) - 4 });
  const change = (places: readonly (readonly [number, (bytes: Buffer, at: number) => void])[]): Buffer => {
    const bytes = Buffer.from(whole);
    places.forEach(([place, apply]) => apply(bytes, place));
    return bytes;
  };
  return fc.oneof(
    fc.nat({ max: whole.length - 1 }).map((length) => whole.subarray(0, length)),
    fc
      .array(fc.tuple(at, fc.integer({ min: 1, max: 255 })), { minLength: 1, maxLength: 8 })
      .map((flips) => change(flips.map(([place, by]) => [place, (bytes, index) => (bytes[index] ^= by)]))),
    fc
      .array(fc.tuple(at, fc.constantFrom(...STRANGE)), { minLength: 1, maxLength: 3 })
      .map((numbers) =>
        change(numbers.map(([place, value]) => [place, (bytes, index) => bytes.writeUInt32LE(value, index)])),
      ),
    fc
      .tuple(at, fc.integer({ min: 1, max: 512 }))
      .map(([place, length]) => Buffer.concat([whole.subarray(0, place), whole.subarray(place + length)])),
  );
}

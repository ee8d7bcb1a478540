/** Bytes of a file, from `start` up to `end`, which is the first that is not among them. */
export interface ByteRange {
  readonly index: number;
  readonly start: number;
  readonly end: number;
}

/** Divides a file into ranges of equal length, the last one as long as what is left. */
export function rangesOf(bytes: number, rangeBytes: number): ByteRange[] {
  return Array.from({ length: Math.ceil(bytes / rangeBytes) }, (_, index) => ({
    index,
    start: index * rangeBytes,
    end: Math.min((index + 1) * rangeBytes, bytes),
  }));
}

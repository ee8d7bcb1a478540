import { readFileSync } from 'node:fs';

/** The path that a region took. */
export interface Trace {
  /** Numbers of the segments, in the order they ran. */
  readonly path: Uint32Array;
  /** Instruction words by the number of a segment. */
  readonly segments: ReadonlyMap<number, Uint32Array>;
}

/** A word of the trace at or above this begins region `word - TRACE_REGION` (plugin/count.c). */
const TRACE_REGION = 0xffffff00;

/** Reads what the plug-in wrote, by region. */
export function readTrace(tracePath: string, segmentsPath: string): Map<number, Trace> {
  const segments = readSegments(segmentsPath);
  const bytes = readFileSync(tracePath);
  const words = new Uint32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
  const traces = new Map<number, Trace>();
  let begin = 0;
  for (let index = 1; index <= words.length; index += 1) {
    if (index === words.length || words[index] >= TRACE_REGION) {
      traces.set(words[begin] - TRACE_REGION, { path: words.subarray(begin + 1, index), segments });
      begin = index;
    }
  }
  return traces;
}

function readSegments(path: string): Map<number, Uint32Array> {
  const lines = readFileSync(path, 'utf8').trim().split('\n');
  return new Map(
    lines.map((line) => {
      const [number, , ...words] = line.split(' ');
      return [Number(number), Uint32Array.from(words, (word) => parseInt(word, 16))];
    }),
  );
}

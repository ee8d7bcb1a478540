import * as fs from 'node:fs';
import { UsageError } from '../usage-error';
import { AssemblyResource } from './assembly/read-assembly';
import { RecordedSource } from './data/recorded-source';
import { SimulatedSource } from './data/simulated-source';
import { PreviewData } from './view/build-view';

const DAY = 86_400;
const FIVE_MINUTES = 300;

/** What the data of a preview is made from. */
export interface PreviewDataOptions {
  readonly directory: string;
  readonly resources: readonly AssemblyResource[];
  /** Seconds since 1970. */
  readonly now: number;
  readonly seed: number;
  /** File of recorded data; else the data is simulated. */
  readonly file?: string;
}

/** @throws UsageError when the file cannot be read, or is no recorded data */
export function previewData(options: PreviewDataOptions): PreviewData {
  return options.file === undefined ? simulated(options) : recorded(options, options.file);
}

function simulated({ directory, resources, now, seed }: PreviewDataOptions): PreviewData {
  const end = Math.floor(now / FIVE_MINUTES) * FIVE_MINUTES;
  return {
    source: new SimulatedSource(seed, resources, now),
    range: { start: end - DAY, end },
    origin: `by seed ${seed}, generated ${timeText(now)} from ${directory}. No figure on this page was measured, and nothing was read from AWS. Times are UTC.`,
    isSimulated: true,
  };
}

function recorded({ directory, now }: PreviewDataOptions, file: string): PreviewData {
  let text: string;
  try {
    text = fs.readFileSync(file, 'utf8');
  } catch (error) {
    throw new UsageError(`--data: got ${file}, allowed a file that can be read (${(error as Error).message})`);
  }
  const source = RecordedSource.parse(file, text);
  const { start, end } = source.range;
  return {
    source,
    range: { start, end },
    origin: `of ${file}, from ${timeText(start)} to ${timeText(end)}; page generated ${timeText(now)} from ${directory}. What a widget calls an estimate is one, also of recorded data. Times are UTC.`,
    isSimulated: false,
  };
}

function timeText(seconds: number): string {
  return `${new Date(seconds * 1000).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

import { spawn } from 'node:child_process';
import * as path from 'node:path';

/** How a function is run. */
export interface LambdaRun {
  /** The directory of the built function. */
  readonly directory: string;
  readonly event: unknown;
  /** Variables of the function, beside the system's. */
  readonly environment: NodeJS.ProcessEnv;
  /** Seconds after which Lambda would end it. */
  readonly timeoutSeconds: number;
  /** What V8 may keep, in MiB. @default V8's own choice */
  readonly heapMib?: number;
}

/** What became of a run. */
export interface LambdaResult {
  /** The message of the error that the handler threw. */
  readonly error?: string;
  /** Seconds of the handler. */
  readonly seconds: number;
  /** Seconds of the processor that the process took. */
  readonly cpuSeconds: number;
  /** The most memory that the process had, in MiB. */
  readonly peakMib: number;
  /** What it wrote, a line each. */
  readonly lines: string[];
}

const RESULT = 'result: ';

/** Stands in for Lambda: loads the file, calls the handler once, and tells the remaining time. */
const RUNTIME = `
const [, file, event, timeout] = process.argv;
const { handler } = require(file);
const start = Date.now();
const seconds = () => (Date.now() - start) / 1000;
const report = (error) => {
  const { user, system } = process.cpuUsage();
  const peakMib = process.resourceUsage().maxRSS / 1024;
  const result = { error, seconds: seconds(), cpuSeconds: (user + system) / 1e6, peakMib };
  process.stdout.write('${RESULT}' + JSON.stringify(result) + '\\n', () => process.exit());
};
handler(JSON.parse(event), { getRemainingTimeInMillis: () => timeout * 1000 - (Date.now() - start) })
  .then(() => report(), (error) => report(error.message));
`;

/** Runs a built Lambda function in a process of its own. @throws Error when the process ends without a result */
export async function runLambda(run: LambdaRun): Promise<LambdaResult> {
  const { directory, event, environment, timeoutSeconds, heapMib } = run;
  const heap = heapMib === undefined ? [] : [`--max-old-space-size=${heapMib}`];
  const file = path.join(directory, 'index.js');
  const child = spawn(process.execPath, [...heap, '-e', RUNTIME, file, JSON.stringify(event), `${timeoutSeconds}`], {
    env: { PATH: process.env.PATH, AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const errors = child.stderr.toArray() as Promise<Buffer[]>;
  const lines = Buffer.concat((await child.stdout.toArray()) as Buffer[])
    .toString()
    .trim()
    .split('\n');
  const result = lines.find((line) => line.startsWith(RESULT));
  if (result === undefined) {
    throw new Error(
      `the function ended without a result: ${lines.join('\n')}\n${Buffer.concat(await errors).toString()}`,
    );
  }
  const parsed = JSON.parse(result.slice(RESULT.length)) as Omit<LambdaResult, 'lines'>;
  return { ...parsed, lines: lines.filter((line) => !line.startsWith(RESULT)) };
}

import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { emulated, EmulatedProcessor } from '../../scripts/kernels/emulated-processors';
import { KERNELS_DIRECTORY } from '../../scripts/kernels/kernel-build';

/** What a command of graviton-engine-run answered. */
export interface EngineAnswer {
  readonly ok: boolean;
  readonly status?: string;
  readonly error?: string;
  readonly slot?: number;
  readonly finish?: string;
  readonly tokens?: number[];
  readonly logProbabilities?: number[];
  /** Of each token, the likeliest ones: pairs of token and logarithm. */
  readonly likeliest?: [number, number][][];
  readonly length?: number;
  readonly promptTokens?: number;
  readonly generatedTokens?: number;
  readonly workingSlots?: number;
  /** Hexadecimal digits of the bits of each f32. */
  readonly logits?: string;
  readonly embedding?: string;
  readonly [name: string]: unknown;
}

export interface EngineRun {
  /** Exit status, or null when a signal ended it. */
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly answers: EngineAnswer[];
  readonly stderr: string;
}

export interface EngineRunOptions {
  /** Such as `--threads=2`. Default: none. */
  readonly options?: readonly string[];
  /** Plays this CPU with qemu. Default: this machine. */
  readonly processor?: EmulatedProcessor;
  /** Folder of the build. Default: `build/host`, or `build/aarch64` on an emulated processor. */
  readonly build?: string;
  /** Variables added to the environment. Default: none. */
  readonly env?: Readonly<Record<string, string>>;
}

/** Runs commands against a model. */
export function runEngine(model: string, commands: readonly string[], run: EngineRunOptions = {}): EngineRun {
  const { processor, options = [] } = run;
  const build = join(KERNELS_DIRECTORY, 'build', run.build ?? (processor ? 'aarch64' : 'host'));
  const command = [
    ...(processor ? emulated(processor) : []),
    join(build, 'bin/graviton-engine-run'),
    model,
    ...options,
  ];
  const env: NodeJS.ProcessEnv = { ...process.env, ...run.env };
  // A limit set by whoever runs the tests must not decide what they see.
  delete env.GRAVITON_KERNELS_MAX_VARIANT;
  const result = spawnSync('/bin/sh', ['-c', 'ulimit -c 0; exec "$@"', 'sh', ...command], {
    input: commands.map((line) => `${line}\n`).join(''),
    encoding: 'utf8',
    maxBuffer: 256 * 1024 * 1024,
    env,
  });
  const lines = result.stdout.split('\n').filter((line) => line !== '');
  return {
    status: result.status,
    signal: result.signal,
    answers: lines.map((line) => JSON.parse(line) as EngineAnswer),
    stderr: result.stderr,
  };
}

/** The numbers behind hexadecimal digits. */
export function floatsOf(digits: string | undefined): number[] {
  const bytes = Buffer.from(digits ?? '', 'hex');
  return Array.from({ length: bytes.length / 4 }, (_, i) => bytes.readFloatBE(i * 4));
}

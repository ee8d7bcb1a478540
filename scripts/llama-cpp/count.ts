import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BenchProcessor } from '../bench-kernels/processors';
import { emulated } from '../kernels/emulated-processors';
import { Engine, EnginesBuild, engineWords } from './engines';

/** Tokens of a prompt, and those that follow it one by one. */
export interface CountedLengths {
  readonly prompt: number;
  readonly answer: number;
}

/** Instructions for each token, and the build that the engine chose for the processor. */
export interface EngineCount {
  readonly prefill: number;
  readonly decode: number;
  readonly variant: string;
}

/** Marks of kernels/bench/engines/main.c. */
const [PREFILL, DECODE] = [0, 1];

/**
 * Counts what an engine executes for a prompt and for the tokens after it, on one thread of an emulated processor. The
 * model is loaded, and a short prompt and answer were computed, before counting begins.
 *
 * @throws Error when qemu or the program fails, with what it said
 */
export function countEngine(
  build: EnginesBuild,
  processor: BenchProcessor,
  engine: Engine,
  model: string,
  { prompt, answer }: CountedLengths,
): EngineCount {
  const directory = mkdtempSync(join(tmpdir(), 'engine-counts-'));
  try {
    const counts = join(directory, 'counts');
    const [qemu, ...words] = [
      ...[...emulated(processor), '-seed', '1', '-plugin', `${build.plugin},counts=${counts}`],
      ...[build.arm64, ...engineWords(engine), model, 'count', `${prompt}`, `${answer}`],
    ];
    const { status, stdout, stderr } = spawnSync(qemu, words, {
      encoding: 'utf8',
      env: { PATH: process.env.PATH },
    });
    if (status !== 0) {
      throw new Error(`${engine.name} under qemu-aarch64 ended with status ${status}: ${stderr}`);
    }
    const regions = JSON.parse(readFileSync(counts, 'utf8')) as { region: number; instructions: number }[];
    const of = (wanted: number): number => regions.find(({ region }) => region === wanted)?.instructions ?? NaN;
    const { variant } = JSON.parse(stdout) as { variant: string };
    return { prefill: of(PREFILL) / prompt, decode: of(DECODE) / answer, variant };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

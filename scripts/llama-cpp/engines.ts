import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { BENCH_OUTPUT, makeBench } from '../bench-kernels/run/build';
import { makeKernels } from '../kernels/kernel-build';

/** What answers: this project's engine, or llama.cpp and the folder of its objects. */
export type Engine =
  | { readonly name: 'ours'; readonly weights?: 'filed' | 'gk4' }
  | { readonly name: 'llama.cpp'; readonly directory: string };

/** A greedy answer: its tokens, and the logits before each. */
export interface GreedyAnswer {
  readonly tokens: readonly number[];
  readonly logits: readonly Float32Array[];
}

export interface EnginesBuild {
  /** For this machine, and for Arm64. */
  readonly host: string;
  readonly arm64: string;
  /** Counts instructions under qemu. */
  readonly plugin: string;
}

/** Builds both engines' program of kernels/bench/engines, for this machine and for Arm64. */
export function buildEngines(): EnginesBuild {
  makeKernels(['engine', 'engine-host']);
  makeBench('engines');
  return {
    host: join(BENCH_OUTPUT, 'host/graviton-engines-bench'),
    arm64: join(BENCH_OUTPUT, 'bin/graviton-engines-bench'),
    plugin: join(BENCH_OUTPUT, 'libcount.so'),
  };
}

/** What the example model was trained for; both engines set as many tokens of cache aside. */
const CONTEXT = 256;

/** The words that name an engine on the program's command line. */
export function engineWords(engine: Engine): string[] {
  const words = engine.name === 'ours' ? [`--weights=${engine.weights ?? 'filed'}`] : ['--from', engine.directory];
  return [engine.name, ...words, `--context=${CONTEXT}`];
}

/**
 * The likeliest `count` tokens after each prompt.
 *
 * @param command the program, or what plays its processor and then the program
 * @throws Error when the program fails, with what it said
 */
export function answerGreedily(
  command: readonly string[],
  engine: Engine,
  model: string,
  prompts: readonly (readonly number[])[],
  count: number,
): GreedyAnswer[] {
  const words = [...command, ...engineWords(engine), model, 'greedy'];
  const { status, stdout, stderr } = spawnSync(words[0], words.slice(1), {
    input: prompts.map((prompt) => `${count} ${prompt.join()}\n`).join(''),
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    env: { PATH: process.env.PATH },
  });
  const lines = stdout.trim().split('\n').slice(1);
  if (status !== 0 || lines.length !== prompts.length) {
    throw new Error(`${engine.name} ended with status ${status} after ${lines.length} answers: ${stderr}`);
  }
  return lines.map((line) => {
    const { tokens, logits } = JSON.parse(line) as { tokens: number[]; logits: string[] };
    return { tokens, logits: logits.map(floatsOf) };
  });
}

function floatsOf(digits: string): Float32Array {
  const bytes = Buffer.from(digits, 'hex').swap32();
  return new Float32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
}

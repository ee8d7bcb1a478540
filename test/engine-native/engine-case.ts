import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeGguf } from '../../scripts/gguf/write-gguf';
import { RandomModel, randomModel, RandomModelOptions } from './random-model';
import { EngineAnswer, EngineRunOptions, floatsOf, runEngine } from './run-engine';

/** A folder for models that goes away with the tests. */
export class ModelFolder {
  private readonly directory = mkdtempSync(join(tmpdir(), 'engine-'));

  public write(name: string, options: RandomModelOptions): { readonly path: string; readonly model: RandomModel } {
    const model = randomModel(options);
    return { path: this.writeBytes(name, writeGguf(model)), model };
  }

  public writeBytes(name: string, bytes: Uint8Array): string {
    const path = this.path(name);
    writeFileSync(path, bytes);
    return path;
  }

  public path(name: string): string {
    return join(this.directory, `${name}.gguf`);
  }

  public remove(): void {
    rmSync(this.directory, { recursive: true, force: true });
  }
}

/** `count` tokens of a vocabulary of 100, the same on every run. */
export function promptOf(count: number, seed = 11): number[] {
  return Array.from({ length: count }, (_, i) => (i * 37 + ((i * i) % 7) + seed) % 100);
}

/**
 * The answers to commands that must all succeed.
 *
 * @throws Error when the engine ends otherwise than by itself, or a command fails
 */
export function answersOf(path: string, commands: readonly string[], run: EngineRunOptions = {}): EngineAnswer[] {
  const { status, signal, answers, stderr } = runEngine(path, commands, run);
  const failed = answers.find(({ ok }) => !ok);
  if (status !== 0 || failed) {
    throw new Error(`engine: status ${status}, signal ${signal}: ${JSON.stringify(failed)} ${stderr}`);
  }
  return answers;
}

/** All logits among the answers, each as its bits. */
export function logitBits(answers: readonly EngineAnswer[]): string[] {
  return answers.flatMap(({ logits }) => (logits === undefined ? [] : [logits]));
}

/** Root mean square of the difference, as a part of that of the expected values. */
export function relativeError(bits: string, expected: readonly number[]): number {
  const square = (values: readonly number[]) => values.reduce((sum, value) => sum + value * value, 0);
  return Math.sqrt(square(floatsOf(bits).map((value, i) => value - expected[i])) / square(expected));
}

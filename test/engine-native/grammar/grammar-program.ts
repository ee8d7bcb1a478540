import { ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { KERNELS_DIRECTORY } from '../../../scripts/kernels/kernel-build';

/** graviton-engine-grammar at work on a vocabulary. */
export class GrammarProgram {
  private readonly process: ChildProcess;
  private readonly waiting: ((line: string) => void)[] = [];
  private readonly ended: Promise<number | NodeJS.Signals | null>;
  private errors = '';

  /** @param build folder of the build */
  public constructor(model: string, build = 'host') {
    this.process = spawn(join(KERNELS_DIRECTORY, 'build', build, 'bin/graviton-engine-grammar'), [model]);
    this.process.stderr!.on('data', (chunk: Buffer) => (this.errors += chunk.toString()));
    createInterface({ input: this.process.stdout! }).on('line', (line) => this.waiting.shift()?.(line));
    this.ended = new Promise((resolve) => this.process.once('close', (code, signal) => resolve(code ?? signal)));
  }

  /** The line that answers a command; what went wrong when the program has ended. */
  public async ask(command: string): Promise<string> {
    const answer = new Promise<string>((resolve) => this.waiting.push(resolve));
    this.process.stdin!.write(`${command}\n`);
    return Promise.race([answer, this.ended.then((end) => `ended ${end}: ${this.errors}`)]);
  }

  public async begin(grammar: Uint32Array): Promise<void> {
    const answer = await this.ask(`begin ${grammar.join()}`);
    if (answer.trim() !== 'ok') {
      throw new Error(answer);
    }
  }

  /** Whether a token was taken. */
  public async accept(token: number): Promise<boolean> {
    return (await this.ask(`accept ${token}`)).trim() === 'ok';
  }

  /** The tokens that may come next. */
  public async allowed(): Promise<Set<number>> {
    const words = await this.ask('mask');
    if (!/^[0-9a-f]+$/.test(words)) {
      throw new Error(words);
    }
    const tokens = new Set<number>();
    for (let word = 0; word * 8 < words.length; word++) {
      const bits = parseInt(words.slice(word * 8, word * 8 + 8), 16);
      for (let bit = 0; bit < 32; bit++) {
        if ((bits >>> bit) & 1) {
          tokens.add(word * 32 + bit);
        }
      }
    }
    return tokens;
  }

  /** Ends the program. */
  public async end(): Promise<{ readonly end: number | NodeJS.Signals | null; readonly errors: string }> {
    this.process.stdin!.end();
    return { end: await this.ended, errors: this.errors };
  }
}

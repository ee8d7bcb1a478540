import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { CycleModel } from '../processors';
import { Phrase, phrasesOf } from './phrases';
import { Trace } from './trace';

/** Cycles by llvm-mca: a model of the core with every load in the first cache and every branch foreseen. Never a time. */
export interface ModelledCycles {
  readonly cycles: number;
  /** Share of the instructions that went through the model; the rest is taken to run at the same rate. */
  readonly coverage: number;
}

/** Phrases beyond this many hardly weigh; the most frequent ones are modelled. */
const MOST_PHRASES = 48;

/** Not in the model of a user program's pipeline. */
const SKIPPED = /^(svc|mrs|msr|hint|bti|nop|paciasp|autiasp|udf)\b/;

/** The target of a branch is an address, which llvm-mca cannot take. */
const BRANCH = /^(b|bl|b\.\w+|cbn?z|tbn?z|adr|adrp)\b/;

/** Turns executed paths into modelled cycles; remembers what it has seen. */
export class CycleModeller {
  private readonly assembly = new Map<number, string>();
  private readonly cycles = new Map<string, number>();

  /**
   * @throws Error when the LLVM tools are missing or do not know an instruction
   */
  public async model(trace: Trace, model: CycleModel): Promise<ModelledCycles> {
    const phrases = phrasesOf(trace);
    const weight = ({ words, count }: Phrase) => words.length * count;
    const total = phrases.reduce((sum, phrase) => sum + weight(phrase), 0);
    const chosen = [...phrases].sort((a, b) => weight(b) - weight(a)).slice(0, MOST_PHRASES);
    const alone = chosen.map(({ before }) => before ?? new Uint32Array());
    const together = chosen.map(({ before, words }) => concatenate(before, words));
    const cycles = await this.cyclesOf([...alone, ...together], model);
    const modelled = chosen.reduce((sum, phrase, index) => {
      return sum + (cycles[chosen.length + index] - cycles[index]) * phrase.count;
    }, 0);
    const coverage = chosen.reduce((sum, phrase) => sum + weight(phrase), 0) / total;
    return { cycles: modelled / coverage, coverage };
  }

  private async cyclesOf(codes: readonly Uint32Array[], model: CycleModel): Promise<number[]> {
    await this.disassemble(codes);
    const keys = codes.map((code) => `${model.name} ${createHash('sha256').update(code).digest('hex')}`);
    const missing = new Map(
      keys.flatMap((key, index) => (codes[index].length > 0 && !this.cycles.has(key) ? [[key, codes[index]]] : [])),
    );
    const results = await runMca(
      [...missing.values()].map((code) => this.textOf(code)),
      model,
    );
    [...missing.keys()].forEach((key, index) => this.cycles.set(key, results[index]));
    return keys.map((key, index) => (codes[index].length > 0 ? (this.cycles.get(key) ?? NaN) : 0));
  }

  private textOf(code: Uint32Array): string {
    const lines = Array.from(code, (word) => this.assembly.get(word) ?? '').filter((line) => !SKIPPED.test(line));
    return lines.map((line) => (BRANCH.test(line) ? line.replace(/#-?(0x)?[0-9a-f]+$/, '#0') : line)).join('\n');
  }

  private async disassemble(codes: readonly Uint32Array[]): Promise<void> {
    const words = [...new Set(codes.flatMap((code) => [...new Set(code)]))].filter((word) => !this.assembly.has(word));
    if (words.length === 0) {
      return;
    }
    const input = words.map((word) =>
      [0, 8, 16, 24].map((shift) => `0x${((word >>> shift) & 255).toString(16)}`).join(' '),
    );
    const output = await run('llvm-mc-19', ['-disassemble', '-triple=aarch64', '-mattr=+all'], input.join('\n'));
    const lines = output.split('\n').filter((line) => /^\t[^.]/.test(line));
    if (lines.length !== words.length) {
      throw new Error(`bench: llvm-mc-19 read ${lines.length} of ${words.length} instructions`);
    }
    words.forEach((word, index) => this.assembly.set(word, lines[index].trim()));
  }
}

function concatenate(first: Uint32Array | undefined, second: Uint32Array): Uint32Array {
  return Uint32Array.from([...(first ?? []), ...second]);
}

async function runMca(codes: readonly string[], model: CycleModel): Promise<number[]> {
  if (codes.length === 0) {
    return [];
  }
  const input = codes.map((code, index) => `# LLVM-MCA-BEGIN r${index}\n${code}\n# LLVM-MCA-END\n`).join('');
  const output = await run(
    'llvm-mca-19',
    [
      ...['-mtriple=aarch64', `-mcpu=${model.mcpu}`, `-dispatch=${model.dispatch}`, '-iterations=1'],
      '-mattr=+i8mm,+bf16,+dotprod,+fullfp16,+sve,+sve2',
      ...['-skip-unsupported-instructions=lack-sched', '-instruction-info=false', '-resource-pressure=false'],
    ],
    input,
  );
  const cycles = [...output.matchAll(/Total Cycles:\s+(\d+)/g)].map((match) => Number(match[1]));
  if (cycles.length !== codes.length) {
    throw new Error(`bench: llvm-mca-19 modelled ${cycles.length} of ${codes.length} pieces of code`);
  }
  return cycles;
}

function run(command: string, args: readonly string[], input: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'] });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    child.on('error', (error) =>
      reject(new Error(`bench: cannot run ${command} (${error.message}). Install it (apt-get install llvm-19).`)),
    );
    child.on('close', (status) => {
      if (status === 0) {
        resolve(stdout);
      } else {
        reject(new Error(`bench: ${command} ended by status ${status}: ${stderr.slice(0, 2000)}`));
      }
    });
    child.stdin.on('error', () => undefined).end(input);
  });
}

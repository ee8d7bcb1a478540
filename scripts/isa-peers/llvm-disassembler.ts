import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';

const UNKNOWN = '<unknown>';

/**
 * Disassembles words for a CPU with exactly these of LLVM's features on top of Armv8.0.
 *
 * @param attributes for example `+sve,+i8mm`, or `+all,-sve`; empty for Armv8.0 with Advanced SIMD
 * @returns for each word the text of its instruction, or undefined where the CPU has none
 * @throws Error when llvm-objdump-19 or llvm-objcopy-19 is missing
 */
export function disassemble(words: Uint32Array, attributes: string): (string | undefined)[] {
  if (words.length === 0) {
    return [];
  }
  const scratch = mkdtempSync(path.join(tmpdir(), 'isa-words-'));
  try {
    const raw = path.join(scratch, 'words.bin');
    const object = path.join(scratch, 'words.o');
    writeFileSync(raw, new Uint8Array(words.buffer, words.byteOffset, words.byteLength));
    const asCode = ['-I', 'binary', '-O', 'elf64-littleaarch64', '--rename-section', '.data=.text,code'];
    run('llvm-objcopy-19', [...asCode, raw, object]);
    const format = ['--disassemble', '--disassemble-zeroes', '--no-show-raw-insn', '--no-leading-addr'];
    const cpu = ['--mcpu=generic', ...(attributes === '' ? [] : [`--mattr=${attributes}`])];
    return instructions(run('llvm-objdump-19', [...format, ...cpu, object]), words.length);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

function instructions(listing: string, count: number): (string | undefined)[] {
  const lines = listing.split('\n').filter((line) => /^\s+\S/.test(line));
  if (lines.length !== count) {
    throw new Error(`llvm-objdump-19 printed ${lines.length} instructions for ${count} words`);
  }
  return lines.map((line) => {
    // The place that an instruction points to depends on where it lies itself.
    const text = line
      .trim()
      .replace(/\s*(\/\/.*|<_binary[^>]*>)$/, '')
      .replace(/(?<!#-?)\b0x[0-9a-f]+/, 'target');
    return text === UNKNOWN ? undefined : text;
  });
}

function run(tool: string, args: string[]): string {
  try {
    return execFileSync(tool, args, { encoding: 'utf8', maxBuffer: 1 << 30 });
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    throw missing ? new Error(`'${tool}' did not start. Install it (Debian, Ubuntu: apt-get install llvm-19).`) : error;
  }
}

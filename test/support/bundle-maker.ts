import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import * as path from 'node:path';

/** Values of e_machine in an ELF header. */
export const AARCH64 = 183;
export const X86_64 = 62;

/** A file of a bundle that a test makes up. */
export interface MadeFile {
  readonly path: string;
  readonly role: string;
  readonly content: Buffer;
  readonly variant?: string;
  readonly requires?: readonly string[];
}

/** The first 64 bytes of an object file: as much of one as a reader of headers sees. */
export function elfHeader(machine: number, bigEndian = false): Buffer {
  const header = Buffer.alloc(64);
  header.write('\x7fELF\x02', 'latin1');
  header[5] = bigEndian ? 2 : 1;
  header.writeUInt16LE(machine, 18);
  return bigEndian ? Buffer.concat([header.subarray(0, 18), Buffer.from([0, machine]), header.subarray(20)]) : header;
}

/** A variant of the kernels that needs some CPU features. */
export function variantFile(variant: string, requires: readonly string[], content = elfHeader(AARCH64)): MadeFile {
  return { path: `lib/${variant}.so`, role: 'variant', variant, requires, content };
}

export const SELF_TEST: MadeFile = { path: 'bin/selftest', role: 'selftest', content: elfHeader(AARCH64) };

/** Writes a bundle with a manifest that fits, apart from what the test changes in it. */
export function makeBundle(
  directory: string,
  files: readonly MadeFile[],
  changes: Record<string, unknown> = {},
): string {
  for (const file of files) {
    fs.mkdirSync(path.dirname(path.join(directory, file.path)), { recursive: true });
    fs.writeFileSync(path.join(directory, file.path), file.content);
  }
  const listed = files.map(({ content, ...rest }) => ({ ...rest, sha256: sha256(content) }));
  const sums = listed.map((file) => `${file.sha256}  ${file.path}\n`).sort(byPath);
  const digest = `sha256:${sha256(sums.join(''))}`;
  const manifest = { schemaVersion: 1, name: 'made-up', version: '1.2.3', digest, files: listed, ...changes };
  fs.writeFileSync(path.join(directory, 'manifest.json'), JSON.stringify(manifest));
  return directory;
}

function byPath(a: string, b: string): number {
  return a.slice(66) < b.slice(66) ? -1 : 1;
}

function sha256(data: string | Buffer): string {
  return createHash('sha256').update(data).digest('hex');
}

import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { Problem } from '../../validation/problem';
import { ElfMachine, readElfMachine } from '../elf/elf-header';
import { BundleFile, BundleManifest, MANIFEST_FILE } from '../manifest/bundle-manifest';
import { InspectedFile, inspectElf } from './inspected-file';
import { inspectionProblems } from './inspection-problems';

/**
 * The digest of a bundle: SHA-256 over the lines `<sha256>  <path>` of its files in the byte order of their paths.
 * That is the output of `sha256sum`, so the AMI and a person at a shell can compute it without this library.
 */
export function bundleDigest(files: readonly Pick<BundleFile, 'path' | 'sha256'>[]): string {
  const lines = [...files]
    .sort((a, b) => Buffer.compare(Buffer.from(a.path), Buffer.from(b.path)))
    .map((file) => `${file.sha256}  ${file.path}\n`);
  return `sha256:${sha256(Buffer.from(lines.join('')))}`;
}

/** What a bundle's directory holds, beside what its manifest says of it. */
export interface CheckedFiles {
  readonly problems: Problem[];
  /** The ELF files for Arm64, in the order of the manifest. */
  readonly elfFiles: InspectedFile[];
}

/**
 * Compares the files of a bundle's directory with its manifest, and what their code needs with what it declares.
 *
 * @param glibcVersion the C library of the base image
 */
export function checkFiles(directory: string, manifest: BundleManifest, glibcVersion: string): CheckedFiles {
  const elfFiles: InspectedFile[] = [];
  const problems = manifest.files.flatMap((file) => checkFile(directory, file, elfFiles));
  problems.push(...elfFiles.flatMap((file) => inspectionProblems(file, glibcVersion)));
  problems.push(...unlistedFiles(directory, manifest));
  const digest = bundleDigest(manifest.files);
  if (digest !== manifest.digest) {
    problems.push({
      what: `${MANIFEST_FILE} digest`,
      got: manifest.digest,
      allowed: `${digest}, which its list of files gives`,
      fix: 'rebuild the bundle: somebody changed the manifest by hand',
    });
  }
  return { problems, elfFiles };
}

function checkFile(directory: string, file: BundleFile, elfFiles: InspectedFile[]): Problem[] {
  const location = path.join(directory, file.path);
  const stats = fs.lstatSync(location, { throwIfNoEntry: false });
  if (stats?.isSymbolicLink()) {
    // The archive that goes to the instance would hold the link and not the file.
    const fix = 'put the file in its place, for example by cp --dereference';
    return [{ what: file.path, got: 'a symbolic link', allowed: 'a regular file', fix }];
  }
  if (!stats?.isFile()) {
    const allowed = `the file that ${MANIFEST_FILE} lists`;
    return [{ what: file.path, got: 'nothing', allowed, fix: 'rebuild the bundle, or copy the whole directory' }];
  }
  const bytes = fs.readFileSync(location);
  const machine = readElfMachine(bytes);
  const problems = [...checkContent(file, bytes), ...checkMachine(file, machine)];
  if (machine === ElfMachine.AARCH64) {
    const { inspection, problem } = inspectElf(file, bytes);
    problems.push(...(problem ? [problem] : []));
    elfFiles.push(...(inspection ? [inspection] : []));
  }
  return problems;
}

function checkContent(file: BundleFile, bytes: Buffer): Problem[] {
  const digest = sha256(bytes);
  if (digest === file.sha256) {
    return [];
  }
  const fix = 'rebuild the bundle: the file is not the one that was built and tested';
  return [{ what: file.path, got: `sha256 ${digest}`, allowed: `sha256 ${file.sha256}`, fix }];
}

/** What is wrong with the machine of a file, judging by its role. */
export function checkMachine(file: BundleFile, machine: ElfMachine | undefined): Problem[] {
  if (file.role === 'variant' && machine === undefined) {
    const fix = 'list the shared object that the compiler made';
    return [{ what: file.path, got: 'no ELF file', allowed: 'an ELF shared object for aarch64', fix }];
  }
  if (machine !== undefined && machine !== ElfMachine.AARCH64) {
    const fix = 'compile it for Arm64, for example with clang --target=aarch64-linux-gnu';
    return [{ what: file.path, got: `an ELF file for ${machine}`, allowed: 'ELF files for aarch64', fix }];
  }
  return [];
}

function unlistedFiles(directory: string, manifest: BundleManifest): Problem[] {
  const listed = new Set([MANIFEST_FILE, ...manifest.files.map((file) => file.path)]);
  return filesOf(directory)
    .filter((file) => !listed.has(file))
    .map((file) => ({
      what: file,
      got: 'a file that the manifest does not list',
      allowed: `the files of ${MANIFEST_FILE}`,
      fix: 'remove it, or rebuild the bundle with it',
    }));
}

/** Every file below a directory, by its path with `/`, in byte order. */
export function filesOf(directory: string): string[] {
  return fs
    .readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => path.relative(directory, path.join(entry.parentPath, entry.name)).split(path.sep).join('/'))
    .sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
}

/** The digest of a file's content, in hexadecimal digits. */
export function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}

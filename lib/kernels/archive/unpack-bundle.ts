import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { unzipSync } from 'fflate';
import { Problem } from '../../validation/problem';
import { MANIFEST_FILE } from '../manifest/bundle-manifest';
import { privateTemporaryDirectory } from './private-temporary-directory';
import { readZipDirectory, ZipEntry } from './zip-directory';

/** What an archive may unpack to: AMIs of 30 GiB hold no more kernels, and an archive of zeros must not fill a disk. */
const MAX_UNPACKED_BYTES = 2 * 1024 ** 3;

/** Where a bundle lies, once its archive is unpacked. */
export interface UnpackedBundle {
  /** Undefined when the archive was refused. */
  readonly directory?: string;
  readonly problems: readonly Problem[];
}

interface UnpackedFile {
  readonly name: string;
  readonly content: Uint8Array;
}

/** Whether a path is to be read as an archive: any file is, a directory is a bundle already. */
export function isArchive(location: string): boolean {
  return fs.statSync(location, { throwIfNoEntry: false })?.isFile() ?? false;
}

/**
 * Unpacks the zip archive of a bundle into a directory that is named after the archive's content, so that the same
 * archive is the same directory in each run.
 */
export function unpackBundle(archive: string): UnpackedBundle {
  const { size } = fs.statSync(archive);
  if (size > MAX_UNPACKED_BYTES) {
    return { problems: [tooBig(path.basename(archive), size)] };
  }
  const bytes = fs.readFileSync(archive);
  const entries = readZipDirectory(bytes);
  if (entries === undefined) {
    const fix = 'pack the directory of the bundle with zip -r, or give the directory itself';
    return {
      problems: [
        { what: path.basename(archive), got: 'a file of another kind, or cut short', allowed: 'a zip archive', fix },
      ],
    };
  }
  const problems = [...entries.flatMap(entryProblems), ...archiveProblems(entries, path.basename(archive))];
  if (problems.length > 0) {
    return { problems };
  }
  try {
    return { directory: unpack(bytes, bundleFolder(entries)), problems };
  } catch (error) {
    const got = `data that cannot be unpacked (${(error as Error).message})`;
    const fix = 'pack it again with deflate, which zip uses unless told otherwise';
    return { problems: [{ what: path.basename(archive), got, allowed: 'an intact zip archive', fix }] };
  }
}

function entryProblems({ name, isEncrypted, isRegular }: ZipEntry): Problem[] {
  const what = JSON.stringify(name);
  const problems: Problem[] = [];
  if (name.startsWith('/') || /[\\\0:]/.test(name) || name.split('/').some((part) => part === '..' || part === '.')) {
    const fix = 'pack the directory of the bundle from inside: cd bundle && zip -r ../bundle.zip .';
    problems.push({ what, got: 'a path that leaves the archive', allowed: 'relative paths without . and ..', fix });
  }
  if (!isRegular) {
    const fix = 'put the file in its place: zip follows links unless it is given --symlinks';
    problems.push({ what, got: 'a symbolic link or a special file', allowed: 'files and directories', fix });
  }
  if (isEncrypted) {
    problems.push({ what, got: 'an encrypted file', allowed: 'plain files', fix: 'pack it without a password' });
  }
  return problems;
}

function archiveProblems(entries: readonly ZipEntry[], what: string): Problem[] {
  const problems: Problem[] = [];
  const unpacked = entries.reduce((sum, { size }) => sum + size, 0);
  if (unpacked > MAX_UNPACKED_BYTES) {
    problems.push(tooBig(what, unpacked));
  }
  const names = entries.map(({ name }) => name);
  const repeated = names.filter((name, index) => names.indexOf(name) !== index);
  if (repeated.length > 0) {
    const got = `${[...new Set(repeated)].join(', ')} more than once`;
    problems.push({ what, got, allowed: 'each path once', fix: 'pack the directory again, into a new archive' });
  }
  if (!names.includes(`${bundleFolder(entries)}${MANIFEST_FILE}`)) {
    const got = `no ${MANIFEST_FILE} at its top, nor in the one folder there`;
    const allowed = 'the files of a bundle, at the top or all in one folder';
    problems.push({ what, got, allowed, fix: 'pack the directory that graviton-fleet bundle create wrote' });
  }
  return problems;
}

/** The folder that holds everything, with its slash; empty when the bundle lies at the top. */
function bundleFolder(entries: readonly ZipEntry[]): string {
  const tops = new Set(entries.map(({ name }) => name.slice(0, name.indexOf('/') + 1)));
  const [top] = tops;
  return tops.size === 1 ? top : '';
}

function tooBig(what: string, bytes: number): Problem {
  const got = `${bytes} bytes`;
  return { what, got, allowed: `${MAX_UNPACKED_BYTES} bytes unpacked`, fix: 'split it into several bundles' };
}

function unpack(archive: Buffer, folder: string): string {
  const target = path.join(privateTemporaryDirectory(), createHash('sha256').update(archive).digest('hex'));
  const files = Object.entries(unzipSync(archive))
    .filter(([name]) => !name.endsWith('/'))
    .map(([name, content]) => ({ name: name.slice(folder.length), content }));
  if (!holdsExactly(target, files)) {
    writeAside(target, files);
  }
  return target;
}

function writeAside(target: string, files: readonly UnpackedFile[]): void {
  const unfinished = fs.mkdtempSync(`${target}-`);
  try {
    for (const { name, content } of files) {
      fs.mkdirSync(path.dirname(path.join(unfinished, name)), { recursive: true });
      fs.writeFileSync(path.join(unfinished, name), content);
    }
    fs.rmSync(target, { recursive: true, force: true });
    fs.renameSync(unfinished, target);
  } finally {
    fs.rmSync(unfinished, { recursive: true, force: true });
  }
}

/** Whether an earlier run left just these files; somebody may have changed them since. */
function holdsExactly(directory: string, files: readonly UnpackedFile[]): boolean {
  if (!fs.existsSync(directory)) {
    return false;
  }
  const present = fs
    .readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory());
  return (
    present.length === files.length &&
    files.every(({ name, content }) => {
      const stats = fs.lstatSync(path.join(directory, name), { throwIfNoEntry: false });
      return stats?.isFile() && fs.readFileSync(path.join(directory, name)).equals(content);
    })
  );
}

import * as fs from 'node:fs';
import * as path from 'node:path';
import { Problem } from '../../validation/problem';
import { BundleManifest, MANIFEST_FILE, parseManifest } from '../manifest/bundle-manifest';
import { checkFiles } from './bundle-files';
import { InspectedFile } from './inspected-file';

/** The kernels of this package. */
export const BUILT_IN_DIRECTORY = path.join(__dirname, '..', '..', '..', 'kernels', 'build', 'bundle');

/** All that the gate sees of a bundle. */
export interface BundleInspection {
  /** Absolute path of the bundle. */
  readonly directory: string;
  /** Undefined when there is none, or none that can be read. */
  readonly manifest?: BundleManifest;
  readonly elfFiles: readonly InspectedFile[];
  readonly problems: readonly Problem[];
}

/** A bundle that had changed this shortly before it was read may have changed again in the same tick of the file system. */
const SETTLED_AFTER_MS = 100;

const known = new Map<string, { readonly state: string; readonly inspection: BundleInspection }>();

/**
 * Reads a bundle and decodes its code. The outcome is kept: as long as no file of the directory changes, asking again
 * costs no more than a look at the file system.
 *
 * @param glibcVersion the C library of the base image
 */
export function inspectBundle(directory: string, glibcVersion: string): BundleInspection {
  const location = path.resolve(directory);
  if (!fs.existsSync(path.join(location, MANIFEST_FILE))) {
    // It may be any directory, however large, which is not looked through.
    return { directory: location, elfFiles: [], problems: [noManifest(location)] };
  }
  const key = `${glibcVersion} ${location}`;
  const { state, newestChange } = stateOf(location);
  const before = known.get(key);
  if (before?.state === state) {
    return before.inspection;
  }
  const isSettled = Date.now() - newestChange > SETTLED_AFTER_MS;
  const inspection = { directory: location, ...inspect(location, glibcVersion) };
  if (isSettled) {
    known.set(key, { state, inspection });
  }
  return inspection;
}

function inspect(directory: string, glibcVersion: string): Omit<BundleInspection, 'directory'> {
  const { manifest, problems } = parseManifest(fs.readFileSync(path.join(directory, MANIFEST_FILE), 'utf8'));
  return manifest === undefined
    ? { elfFiles: [], problems }
    : { manifest, ...checkFiles(directory, manifest, glibcVersion) };
}

function noManifest(directory: string): Problem {
  return {
    what: MANIFEST_FILE,
    got: fs.existsSync(directory) ? 'a directory without it' : 'a directory that does not exist',
    allowed: 'a bundle directory that holds it',
    fix:
      directory === BUILT_IN_DIRECTORY
        ? 'build the kernels of this package: npm run build'
        : 'build the bundle, or give the directory that its build made',
  };
}

/** Changes with every file that is made, removed, renamed or written. */
function stateOf(directory: string): { readonly state: string; readonly newestChange: number } {
  let newestChange = 0;
  const lines = fs.readdirSync(directory, { recursive: true, encoding: 'utf8' }).map((entry) => {
    const { size, ino, mtimeMs, ctimeMs } = fs.lstatSync(path.join(directory, entry));
    newestChange = Math.max(newestChange, ctimeMs);
    return `${entry} ${size} ${ino} ${mtimeMs} ${ctimeMs}`;
  });
  return { state: lines.sort().join('\n'), newestChange };
}

import { CpuFeature } from '../../catalog/cpu-feature';
import { Problem } from '../../validation/problem';
import { isRecord, REBUILD, schemaProblems, show } from './manifest-schema';

/** The file that describes a bundle, in the bundle's own directory. */
export const MANIFEST_FILE = 'manifest.json';

/** What a file of a bundle is for. */
export type FileRole = 'variant' | 'dispatcher' | 'selftest' | 'licence' | 'document' | 'sbom';

/** One file of a bundle, as its manifest lists it. */
export interface BundleFile {
  readonly path: string;
  readonly role: FileRole;
  readonly sha256: string;
  readonly bytes?: number;
  /** The ISA level of a file with the role `variant`. */
  readonly variant?: string;
  /** `aarch64` for object files; absent for text. */
  readonly machine?: string;
  /** HWCAP names of the CPU features without which the file's code traps. */
  readonly requires?: readonly CpuFeature[];
  /** HWCAP names of CPU features that the file's code uses only after it has asked the CPU for them. */
  readonly guards?: readonly CpuFeature[];
  /** Flags of the compiler. */
  readonly flags?: readonly string[];
}

/** The manifest of a bundle (schema version 1; `lib/kernels/data/manifest.schema.json` describes it). */
export interface BundleManifest {
  readonly schemaVersion: number;
  readonly name: string;
  readonly version: string;
  /** `sha256:` and 64 hexadecimal digits, see {@link bundleDigest}. */
  readonly digest: string;
  readonly compiler?: { readonly name: string; readonly version: string };
  /** Revision of the sources in their version control. */
  readonly sourceRevision?: string;
  readonly files: readonly BundleFile[];
}

/**
 * Reads a manifest's text.
 *
 * @returns the manifest when it has no problem, else the problems.
 */
export function parseManifest(text: string): { manifest?: BundleManifest; problems: Problem[] } {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    const problem = { what: MANIFEST_FILE, got: (error as Error).message, allowed: 'a JSON object', fix: REBUILD };
    return { problems: [problem] };
  }
  const problems = [...schemaProblems(value), ...fileListProblems(value)];
  return problems.length === 0 ? { manifest: value as BundleManifest, problems } : { problems };
}

/** What no schema can say of the list of files. */
function fileListProblems(manifest: unknown): Problem[] {
  const files: unknown = isRecord(manifest) ? manifest.files : undefined;
  if (!Array.isArray(files) || files.length === 0) {
    return [];
  }
  const values = (key: string) => files.map((file: unknown) => (isRecord(file) ? file[key] : undefined));
  const paths = values('path');
  const repeated = paths.filter((path, index) => path !== undefined && paths.indexOf(path) !== index);
  const roles = values('role');
  const count = (role: FileRole) => roles.filter((each) => each === role).length;
  const rules: [boolean, unknown, string][] = [
    [repeated.length === 0, repeated, 'each path once'],
    [count('variant') > 0, roles, 'at least one file with the role variant'],
    [count('selftest') === 1, roles, 'one file with the role selftest, which the image runs before it is registered'],
    [count('sbom') <= 1, roles, 'one file with the role sbom at most'],
  ];
  return rules
    .filter(([holds]) => !holds)
    .map(([, got, allowed]) => ({ what: `${MANIFEST_FILE} files`, got: show(got), allowed, fix: REBUILD }));
}

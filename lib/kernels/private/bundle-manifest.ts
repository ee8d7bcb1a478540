import { CpuFeature } from '../../catalog';
import { Problem } from '../../validation';

/** The file that describes a bundle, in the bundle's own directory. */
export const MANIFEST_FILE = 'manifest.json';

/** What a file of a bundle is for. */
export const FILE_ROLES = ['variant', 'dispatcher', 'selftest', 'licence', 'document'] as const;

/** One file of a bundle, as its manifest lists it. */
export interface BundleFile {
  readonly path: string;
  readonly role: (typeof FILE_ROLES)[number];
  readonly sha256: string;
  /** The ISA level of a file with the role `variant`. */
  readonly variant?: string;
  /** `aarch64` for object files; absent for text. */
  readonly machine?: string;
  /** HWCAP names of the CPU features without which the file's code traps. */
  readonly requires?: readonly CpuFeature[];
  /** HWCAP names of CPU features that the file's code uses only after it has asked the CPU for them. */
  readonly guards?: readonly CpuFeature[];
}

/** The manifest of a bundle (schema version 1; `kernels/README.md` describes it). */
export interface BundleManifest {
  readonly schemaVersion: number;
  readonly name: string;
  readonly version: string;
  /** `sha256:` and 64 hexadecimal digits, see {@link bundleDigest}. */
  readonly digest: string;
  readonly files: readonly BundleFile[];
}

const SHA256 = /^[0-9a-f]{64}$/;
const DIGEST = /^sha256:[0-9a-f]{64}$/;
/** Relative, without empty, `.` or `..` segments: the path is joined to the installation directory on the instance. */
const RELATIVE_PATH = /^(?!\.{1,2}(\/|$))[\w.+-]+(\/(?!\.{1,2}(\/|$))[\w.+-]+)*$/;
const KNOWN_FEATURES = new Set<unknown>(Object.values(CpuFeature));
const REBUILD = 'write the manifest anew with the build that makes the bundle';

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
  const problems = isRecord(value)
    ? [...headProblems(value), ...fileListProblems(value.files)]
    : [{ what: MANIFEST_FILE, got: show(value), allowed: 'a JSON object', fix: REBUILD }];
  return problems.length === 0 ? { manifest: value as BundleManifest, problems } : { problems };
}

function headProblems(manifest: Record<string, unknown>): Problem[] {
  const problems: Problem[] = [];
  expect(problems, 'schemaVersion', manifest.schemaVersion, manifest.schemaVersion === 1, '1');
  expect(problems, 'name', manifest.name, matches(manifest.name, /^[a-z0-9][a-z0-9-]{0,62}$/), 'a-z, 0-9 and "-"');
  expect(
    problems,
    'version',
    manifest.version,
    matches(manifest.version, /^\d+\.\d+\.\d+$/),
    'a version such as 1.2.3',
  );
  expect(problems, 'digest', manifest.digest, matches(manifest.digest, DIGEST), '"sha256:" and 64 hexadecimal digits');
  return problems;
}

function fileListProblems(files: unknown): Problem[] {
  const problems: Problem[] = [];
  if (!Array.isArray(files) || files.length === 0) {
    expect(problems, 'files', files, false, 'a list of at least one file');
    return problems;
  }
  files.forEach((file: unknown, index) => problems.push(...fileProblems(file, `files[${index}]`)));
  const paths = files.map((file: unknown) => (isRecord(file) ? file.path : undefined));
  const repeated = paths.filter((path, index) => path !== undefined && paths.indexOf(path) !== index);
  expect(problems, 'files', repeated, repeated.length === 0, 'each path once');
  const roles = files.map((file: unknown) => (isRecord(file) ? file.role : undefined));
  expect(problems, 'files', show(roles), roles.includes('variant'), 'at least one file with the role variant');
  expect(
    problems,
    'files',
    show(roles),
    roles.filter((role) => role === 'selftest').length === 1,
    'one file with the role selftest, which the image runs before it is registered',
  );
  return problems;
}

function fileProblems(file: unknown, where: string): Problem[] {
  const problems: Problem[] = [];
  if (!isRecord(file)) {
    expect(problems, where, file, false, 'an object');
    return problems;
  }
  const isVariant = file.role === 'variant';
  expect(problems, `${where}.path`, file.path, matches(file.path, RELATIVE_PATH), 'a path inside the bundle');
  expect(problems, `${where}.sha256`, file.sha256, matches(file.sha256, SHA256), '64 hexadecimal digits');
  expect(problems, `${where}.role`, file.role, FILE_ROLES.includes(file.role as never), FILE_ROLES.join(', '));
  expect(
    problems,
    `${where}.variant`,
    file.variant,
    isVariant ? matches(file.variant, /^\w+$/) : file.variant === undefined,
    'a name such as neon_dotprod on a variant, nothing on other files',
  );
  expect(
    problems,
    `${where}.requires`,
    file.requires,
    file.requires === undefined ? !isVariant : isFeatureList(file.requires),
    'a list of HWCAP names such as ["asimddp"], empty for code that every Arm64 CPU runs',
  );
  expect(
    problems,
    `${where}.guards`,
    file.guards,
    file.guards === undefined || isFeatureList(file.guards),
    'a list of HWCAP names that the code asks the CPU for before it uses them, such as ["sve"]',
  );
  return problems;
}

function expect(problems: Problem[], key: string, got: unknown, holds: boolean, allowed: string): void {
  if (!holds) {
    problems.push({ what: `${MANIFEST_FILE} ${key}`, got: show(got), allowed, fix: REBUILD });
  }
}

function show(value: unknown): string {
  return value === undefined ? 'nothing' : JSON.stringify(value);
}

function matches(value: unknown, pattern: RegExp): boolean {
  return typeof value === 'string' && pattern.test(value);
}

function isFeatureList(value: unknown): boolean {
  return Array.isArray(value) && value.every((entry) => KNOWN_FEATURES.has(entry));
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

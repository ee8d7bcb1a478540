import * as fs from 'node:fs';
import * as path from 'node:path';
import { ElfMachine, readElfMachine } from '../../kernels/elf/elf-header';
import { withImplied } from '../../kernels/isa/feature-implications';
import { BundleFile, BundleManifest, MANIFEST_FILE, parseManifest } from '../../kernels/manifest/bundle-manifest';
import { bundleDigest, checkMachine, filesOf, sha256 } from '../../kernels/private/bundle-files';
import { InspectedFile, inspectElf } from '../../kernels/private/inspected-file';
import { inspectionProblems } from '../../kernels/private/inspection-problems';
import { Problem } from '../../validation/problem';
import { BundleRecipe } from './bundle-recipe';
import { bundleSbom } from './bundle-sbom';
import { roleOf, unnamedPrograms, variantName } from './file-role';
import { PathRule, ruleFor } from './path-rules';

/** The bill of materials that is written when the recipe names none. CycloneDX recommends the ending. */
export const SBOM_FILE = 'sbom.cdx.json';

interface DescribedFile {
  readonly file?: BundleFile;
  readonly elf?: InspectedFile;
  readonly problems: readonly Problem[];
}

interface ReadFile {
  readonly path: string;
  readonly content: Buffer;
  readonly machine?: ElfMachine;
  readonly isElf: boolean;
}

/**
 * Writes the manifest and the bill of materials of the files in a directory. Their code is decoded first: nothing is
 * written when it needs more than the recipe declares, or when anything else is wrong.
 *
 * @returns everything that is wrong
 */
export function createBundle(recipe: BundleRecipe): Problem[] {
  const { directory } = recipe;
  if (!fs.statSync(directory, { throwIfNoEntry: false })?.isDirectory()) {
    const got = fs.existsSync(directory) ? 'a file' : 'a directory that does not exist';
    const fix = 'put shared objects, self-test and licences into a directory, and give its path';
    return [{ what: directory, got, allowed: 'a directory with the files of a bundle', fix }];
  }
  const written = [MANIFEST_FILE, ...(recipe.sbom === undefined ? [SBOM_FILE] : [])];
  const paths = filesOf(directory).filter((file) => !written.includes(file));
  const links = paths.filter((file) => !fs.lstatSync(path.join(directory, file)).isFile());
  const files = paths.filter((file) => !links.includes(file)).map((file) => readFile(directory, file));
  const programs = unnamedPrograms(files, recipe);
  const described = files.map((file) => describe(file, recipe, programs));
  const sbom = recipe.sbom === undefined ? [writeSbom(recipe, described)] : [];
  const listed = [...described.flatMap(({ file }) => file ?? []), ...sbom.map(({ file }) => file)];
  const manifest = `${JSON.stringify(manifestOf(recipe, listed), undefined, 2)}\n`;
  const problems = [
    ...links.map(linkProblem),
    ...unusedRules(recipe, paths),
    ...described.flatMap((file) => file.problems),
  ];
  // Without the roles of all files, what the manifest says of their list would only repeat it.
  const fix = 'rename the file, or give the option another value';
  problems.push(...(problems.length === 0 ? parseManifest(manifest).problems.map((each) => ({ ...each, fix })) : []));
  if (problems.length === 0) {
    writeAll(directory, [...sbom.map(({ text }) => [SBOM_FILE, text] as const), [MANIFEST_FILE, manifest]]);
  }
  return problems;
}

function readFile(directory: string, file: string): ReadFile {
  const content = fs.readFileSync(path.join(directory, file));
  const machine = readElfMachine(content);
  return { path: file, content, machine, isElf: machine !== undefined };
}

function describe(read: ReadFile, recipe: BundleRecipe, programs: readonly string[]): DescribedFile {
  const role = roleOf(read, recipe, programs);
  if (role === undefined) {
    return { problems: [programProblem(read.path, programs)] };
  }
  const { content, machine } = read;
  const rule = ruleFor(recipe.variants, read.path);
  const requires = rule?.requires ?? ruleFor(recipe.requires, read.path);
  const variant = role === 'variant' ? { variant: rule?.name ?? variantName(read.path) } : {};
  const plain: BundleFile = { path: read.path, role, ...variant, sha256: sha256(content), bytes: content.length };
  const problems = checkMachine(plain, machine);
  if (machine !== ElfMachine.AARCH64) {
    return { file: { ...plain, ...(role === 'variant' ? { requires: requires ?? [] } : {}) }, problems };
  }
  const { inspection, problem } = inspectElf(plain, content);
  if (inspection === undefined) {
    return { problems: [problem!] };
  }
  const guards = ruleFor(recipe.guards, read.path);
  const guarded = withImplied(guards ?? []);
  const found = inspection.uses.map(({ feature }) => feature).filter((feature) => !guarded.has(feature));
  const file: BundleFile = {
    ...plain,
    machine,
    requires: requires ?? (role === 'variant' ? found : []),
    guards,
    flags: ruleFor(recipe.flags, read.path) ?? recipe.flags.find(({ path: all }) => all === '')?.value,
  };
  const elf = { ...inspection, file };
  return { file, elf, problems: inspectionProblems(elf, recipe.glibcVersion) };
}

function writeSbom(recipe: BundleRecipe, described: readonly DescribedFile[]): { file: BundleFile; text: string } {
  const files = described.flatMap(({ file }) => file ?? []);
  const own = new Set(files.map((file) => path.posix.basename(file.path)));
  const needed = described.flatMap(({ elf }) => elf?.neededLibraries ?? []).filter((soname) => !own.has(soname));
  const text = bundleSbom({ recipe, files, neededLibraries: [...new Set(needed)].sort() });
  const content = Buffer.from(text);
  return { file: { path: SBOM_FILE, role: 'sbom', sha256: sha256(content), bytes: content.length }, text };
}

function manifestOf(recipe: BundleRecipe, files: readonly BundleFile[]): BundleManifest {
  const { name, version, compiler, sourceRevision } = recipe;
  const sorted = [...files].sort((a, b) => Buffer.compare(Buffer.from(a.path), Buffer.from(b.path)));
  return { schemaVersion: 1, name, version, digest: bundleDigest(sorted), compiler, sourceRevision, files: sorted };
}

/** A misspelt path must not pass in silence: its file would be taken for something else. */
function unusedRules(recipe: BundleRecipe, paths: readonly string[]): Problem[] {
  const { variants, dispatchers, selfTest, requires, guards, flags, sbom } = recipe;
  const pathsOf = (rules: readonly PathRule<unknown>[]) => rules.map((rule) => rule.path);
  const options: Record<string, readonly (string | undefined)[]> = {
    '--variant': pathsOf(variants),
    '--dispatcher': dispatchers,
    '--self-test': [selfTest],
    '--requires': pathsOf(requires),
    '--guards': pathsOf(guards),
    '--flags-of': pathsOf(flags),
    '--sbom': [sbom],
  };
  const isThere = (rule: string) =>
    rule.endsWith('/') ? paths.some((file) => file.startsWith(rule)) : paths.includes(rule);
  return Object.entries(options).flatMap(([what, rules]) =>
    rules
      .filter((rule) => rule !== undefined && rule !== '' && !isThere(rule))
      .map((rule) => ({
        what,
        got: `${rule}, which is not there`,
        allowed: 'a file of the directory, or with / at its end a directory in it',
        fix: 'give the path as it is inside the directory',
      })),
  );
}

function linkProblem(file: string): Problem {
  const fix = 'put the file in its place, for example by cp --dereference';
  return { what: file, got: 'a symbolic link or a special file', allowed: 'a regular file', fix };
}

function programProblem(file: string, programs: readonly string[]): Problem {
  return {
    what: file,
    got: programs.length > 1 ? `one of ${programs.length} programs: ${programs.join(', ')}` : 'a program',
    allowed: 'programs and object files that an option names, beside shared objects (*.so)',
    fix: `name it by --self-test, --dispatcher or --variant, or remove it`,
  };
}

/** Each file is written aside and moved; the manifest comes last, for it makes the directory a bundle. */
function writeAll(directory: string, files: readonly (readonly [string, string])[]): void {
  const aside = (name: string) => path.join(directory, `.${name}.${process.pid}`);
  try {
    files.forEach(([name, text]) => fs.writeFileSync(aside(name), text));
    files.forEach(([name]) => fs.renameSync(aside(name), path.join(directory, name)));
  } finally {
    files.forEach(([name]) => fs.rmSync(aside(name), { force: true }));
  }
}

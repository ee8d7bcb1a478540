import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { FileSystem, IgnoreMode } from 'aws-cdk-lib';
import { KernelCompiler } from '../kernel-compiler';
import { SourceBundleOptions } from '../source-bundle-options';
import { SourceTarget, sourceTarget } from './source-target';

/** A bundle that is yet to be compiled, with every default in its place. */
export interface SourceBuild {
  readonly name: string;
  readonly version: string;
  /** Absolute path of the sources. */
  readonly directory: string;
  readonly exclude: readonly string[];
  readonly buildCommand: string;
  readonly targets: readonly SourceTarget[];
  readonly selfTest: string;
  readonly packages: readonly string[];
  readonly runtimePackages: readonly string[];
  readonly compiler: KernelCompiler;
  readonly sourceRevision?: string;
}

/** Path in the bundle of the script that runs the self-test of each target. */
export const SELF_TEST_SCRIPT = 'bin/self-test';

/** Fills in the defaults. */
export function sourceBuild(options: SourceBundleOptions): SourceBuild {
  const directory = path.resolve(options.directory);
  return {
    name: options.name,
    version: options.version ?? '0.0.0',
    directory,
    exclude: options.exclude ?? ['.git', ...ignoredByGit(directory)],
    buildCommand: options.buildCommand,
    targets: options.targets.map(sourceTarget),
    selfTest: options.selfTest,
    packages: options.packages ?? ['make'],
    runtimePackages: options.runtimePackages ?? [],
    compiler: options.compiler ?? KernelCompiler.gcc14(),
    sourceRevision: options.sourceRevision,
  };
}

/** `sha256:` and 64 hexadecimal digits over the sources and all that says how they are built. */
export function sourceDigest(build: SourceBuild): string {
  const { directory, exclude, ...recipe } = build;
  const sources = FileSystem.fingerprint(directory, { exclude: [...exclude], ignoreMode: IgnoreMode.GIT });
  return `sha256:${createHash('sha256').update(JSON.stringify({ sources, recipe })).digest('hex')}`;
}

function ignoredByGit(directory: string): string[] {
  const file = path.join(directory, '.gitignore');
  const lines = fs.existsSync(file) ? fs.readFileSync(file, 'utf8').split('\n') : [];
  return lines.map((line) => line.trim()).filter((line) => line !== '' && !line.startsWith('#'));
}

import * as path from 'node:path';
import { devDependencies, name as packageName, peerDependencies, version } from '../../../package.json';
import { fleetYaml } from './fleet-yaml';
import { ProjectAnswers } from './project-answers';

/** A file of a new project. */
export interface ProjectFile {
  /** Below the project's directory. */
  readonly name: string;
  readonly content: string;
}

/** Where a project stands, and which package it uses. */
export interface ProjectOptions {
  readonly directory: string;
  /**
   * What npm installs as this package: a version, or a tarball.
   *
   * @default - the version that runs
   */
  readonly packageSpec?: string;
}

/** Every file of a new project. */
export function projectFiles(answers: ProjectAnswers, options: ProjectOptions): ProjectFile[] {
  return [
    { name: 'fleet.yaml', content: fleetYaml(answers) },
    { name: 'cdk.json', content: json(cdkJson()) },
    { name: 'package.json', content: json(packageJson(options)) },
    { name: '.gitignore', content: ['node_modules/', 'cdk.out/', ...modelPattern(answers), ''].join('\n') },
  ];
}

/** A model is too large for most repositories. */
function modelPattern({ runtime }: ProjectAnswers): string[] {
  return 'model' in runtime && 'file' in runtime.model ? ['*.gguf'] : [];
}

/** With every feature flag as the installed aws-cdk-lib recommends it, strict validation of templates included. */
function cdkJson(): object {
  return { app: 'npx --no -- graviton-fleet app fleet.yaml', context: recommendedFlags() };
}

function recommendedFlags(): object {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- the flags of the peer that is installed
  return require('aws-cdk-lib/recommended-feature-flags.json') as object;
}

function packageJson({ directory, packageSpec = version }: ProjectOptions): object {
  return {
    name: projectName(directory),
    version: '0.1.0',
    private: true,
    scripts: { plan: 'graviton-fleet plan', synth: 'cdk synth --quiet', deploy: 'cdk deploy --all' },
    dependencies: { [packageName]: packageSpec, ...installedPeers() },
    devDependencies: { 'aws-cdk': devDependencies['aws-cdk'] },
  };
}

/** The versions that run here, so that a project is made from what it was planned with. */
function installedPeers(): Record<string, string> {
  return Object.fromEntries(Object.keys(peerDependencies).map((peer) => [peer, installedVersion(peer)]));
}

function installedVersion(peer: string): string {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- which version is installed is known when this runs
  return (require(`${peer}/package.json`) as { version: string }).version;
}

/** A name that npm takes: https://docs.npmjs.com/cli/v10/configuring-npm/package-json#name */
function projectName(directory: string): string {
  const name = path
    .basename(path.resolve(directory))
    .toLowerCase()
    .replace(/[^a-z0-9-]+/g, '-');
  return name.replace(/^-+|-+$/g, '') || 'fleets';
}

function json(value: object): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}

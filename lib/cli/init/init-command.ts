import { spawn } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { Command, Option } from 'commander';
import { printJson } from '../print-json';
import { DEFAULT_REGION, FleetKind, ProjectAnswers } from './project-answers';
import { projectFiles } from './project-files';
import { AnswerFlags, settleAnswers } from './settle-answers';
import { checkDirectory, writeProject } from './write-project';

interface InitFlags extends AnswerFlags {
  readonly package?: string;
  readonly install: boolean;
  readonly json?: boolean;
}

const NEXT = ['npx graviton-fleet plan', 'npx cdk synth', 'npx cdk deploy --all'];

/** `graviton-fleet init`: a CDK app that is one fleet.yaml. */
export function initCommand(): Command {
  return new Command('init')
    .description('Writes a fleet.yaml that works, and the CDK app around it.')
    .option('--yes', 'ask nothing, and take the defaults')
    .option('--directory <directory>', 'where the project goes', '.')
    .addOption(new Option('--kind <kind>', 'what the fleet does').choices(Object.values(FleetKind)))
    .option('--region <region>', `where it runs (with --yes: ${DEFAULT_REGION})`)
    .option('--model <location>', 'GGUF file or s3://bucket/key that the built-in server serves')
    .option(
      '--package <spec>',
      'what npm installs as cdk-graviton-fleet: a version or a tarball (default: this version)',
    )
    .option('--no-install', 'do not run npm install')
    .option('--json', 'print what was written as JSON')
    .action(async (flags: InitFlags) => {
      const directory = path.resolve(flags.directory);
      // Before any question, so that nobody answers them in vain.
      checkDirectory(directory, ['fleet.yaml', 'cdk.json', 'package.json', '.gitignore']);
      const answers = await settleAnswers(flags);
      const packageSpec = flags.package && specOf(flags.package);
      const files = projectFiles(answers, { directory, packageSpec });
      writeProject(directory, files);
      const written = files.map(({ name }) => path.join(flags.directory, name));
      process.stderr.write(`Wrote ${written.join(', ')}.\n`);
      if (flags.install) {
        await install(directory);
      }
      report(flags, written, downloadOf(answers));
    });
}

/** What is to be done before the model of a project is there. */
export function downloadOf({ runtime }: ProjectAnswers): string[] {
  return 'model' in runtime && 'file' in runtime.model && runtime.downloadUrl !== undefined
    ? [`curl --fail --location --output ${runtime.model.file} ${runtime.downloadUrl}`]
    : [];
}

/** npm reads a path from where package.json stands. */
function specOf(spec: string): string {
  return fs.existsSync(spec) ? `file:${path.resolve(spec)}` : spec;
}

/** @throws Error when npm fails; the files stay */
function install(directory: string): Promise<void> {
  return new Promise((resolve, reject) => {
    // What npm prints is no result of this command.
    const npm = spawn('npm', ['install', '--no-audit', '--no-fund'], {
      cwd: directory,
      stdio: ['ignore', process.stderr, process.stderr],
      shell: process.platform === 'win32',
    });
    const failed = (why: string) =>
      new Error(`npm install ${why}; the files are written: run "npm install" in ${directory} again`);
    npm.on('error', (error) => reject(failed(`cannot be run (${error.message})`)));
    npm.on('exit', (code) => (code === 0 ? resolve() : reject(failed(`ended with exit code ${code}`))));
  });
}

function report({ directory, install, json }: InitFlags, written: readonly string[], download: string[]): void {
  const before = [...(directory === '.' ? [] : [`cd ${directory}`]), ...(install ? [] : ['npm install'])];
  const next = [...before, ...download, ...NEXT];
  if (json) {
    printJson({ written, next });
  } else {
    process.stdout.write(['Next:', ...next.map((command) => `  ${command}`), ''].join('\n'));
  }
}

import { spawn } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { Command, Option } from 'commander';
import { printJson } from '../print-json';
import { UsageError } from '../usage-error';
import { instanceTypeProblem, regionProblem } from './answer-problems';
import { DEFAULT_REGION, defaultAnswers, FleetKind, ProjectAnswers } from './project-answers';
import { projectFiles } from './project-files';
import { checkDirectory, writeProject } from './write-project';

interface InitFlags {
  readonly yes?: boolean;
  readonly directory: string;
  readonly kind?: FleetKind;
  readonly region?: string;
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
      const answers = await answersOf(flags);
      const packageSpec = flags.package && specOf(flags.package);
      const files = projectFiles(answers, { directory, packageSpec });
      writeProject(directory, files);
      const written = files.map(({ name }) => path.join(flags.directory, name));
      process.stderr.write(`Wrote ${written.join(', ')}.\n`);
      if (flags.install) {
        await install(directory);
      }
      report(flags, written);
    });
}

async function answersOf({ yes, kind, region }: InitFlags): Promise<ProjectAnswers> {
  const problem = region === undefined ? undefined : regionProblem(region);
  if (problem !== undefined) {
    throw new UsageError(`--region: got another text: ${problem}`);
  }
  if (yes) {
    return checkedDefaults(defaultAnswers(kind ?? FleetKind.INFERENCE, region ?? DEFAULT_REGION));
  }
  if (!process.stdin.isTTY) {
    throw new UsageError('init: got no terminal to ask on, allowed a terminal, or --yes, which takes the defaults');
  }
  // Only here, because the prompts take longer to load than everything else of a command.
  const { askAnswers } = await import('./ask-answers');
  try {
    return await askAnswers({ kind, region });
  } catch (error) {
    // Control and C at a question.
    throw (error as Error).name === 'ExitPromptError' ? new Error('init was ended; nothing was written') : error;
  }
}

/** The region may have been given, and the default type may not be sold there. */
function checkedDefaults(answers: ProjectAnswers): ProjectAnswers {
  const problem = instanceTypeProblem(answers.instanceType, answers.region);
  if (problem !== undefined) {
    throw new UsageError(
      `--region: got ${answers.region}, where the default instance type ${answers.instanceType} cannot be had ` +
        `(${problem}): choose another region, or run init without --yes to choose another type`,
    );
  }
  return answers;
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

function report({ directory, install, json }: InitFlags, written: readonly string[]): void {
  const before = [...(directory === '.' ? [] : [`cd ${directory}`]), ...(install ? [] : ['npm install'])];
  const next = [...before, ...NEXT];
  if (json) {
    printJson({ written, next });
  } else {
    process.stdout.write(['Next:', ...next.map((command) => `  ${command}`), ''].join('\n'));
  }
}

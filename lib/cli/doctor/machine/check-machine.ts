import * as fs from 'node:fs';
import * as path from 'node:path';
import { Manifest } from 'aws-cdk-lib/cloud-assembly-schema';
import { engines, peerDependencies } from '../../../../package.json';
import { KernelBundle } from '../../../kernels';
import { Check, ok, problem, warning } from '../check';
import { checkCdkJson } from './check-cdk-json';
import { installedVersion } from './installed-version';
import { runTool } from './run-tool';
import { isInRange, isOlder, numbersOf } from './version';

/** "aws-cdk 3.0.0" of npm is an accidental publication of an old build, which looks like the newest. */
const MISTAKEN_CLI = '3.0.0';
const CLI_TO_INSTALL = '2.1148.1';

/** Looks at what a project in a directory is built with. Asks nobody. */
export function checkMachine(project: string): Check[] {
  return [
    checkNode(process.versions.node),
    checkCli(project),
    ...Object.entries(peerDependencies).map(([name, range]) => checkPeer(project, name, range)),
    checkKernels(),
    checkCdkJson(project),
    checkGit(project),
  ];
}

/** @param version as Node.js tells its own */
export function checkNode(version: string): Check {
  const id = 'machine.node';
  return isInRange(version, engines.node)
    ? ok(id, `Node.js ${version}`)
    : problem(id, `Node.js ${version}, allowed ${engines.node}`, 'install a newer Node.js');
}

function checkCli(project: string): Check {
  const id = 'machine.cdkCli';
  const version = installedVersion(project, 'aws-cdk') ?? runTool('cdk', ['--version'], project)?.split(' ')[0];
  if (version === undefined || !numbersOf(version)) {
    return problem(id, 'no AWS CDK CLI', `npm install --save-dev aws-cdk@${CLI_TO_INSTALL}`);
  }
  return judgeCli(version);
}

/** @param version of the package aws-cdk */
export function judgeCli(version: string): Check {
  const id = 'machine.cdkCli';
  const fix = `npm install --save-dev --save-exact aws-cdk@${CLI_TO_INSTALL}`;
  if (version === MISTAKEN_CLI) {
    return problem(id, `aws-cdk ${version}, which was published by accident and is an old build`, fix);
  }
  const wanted = Manifest.cliVersion();
  // The schema of assemblies changes with minor versions of the CLI; 2.1148.1 reads what asks for 2.1148.2.
  if (wanted !== undefined && isOlder(version, wanted.replace(/\d+$/, '0'))) {
    return warning(id, `aws-cdk ${version}, older than ${wanted}, which aws-cdk-lib asks for`, fix);
  }
  return ok(id, `aws-cdk ${version}`);
}

function checkPeer(project: string, name: string, range: string): Check {
  const id = `machine.${name}`;
  const version = installedVersion(project, name);
  const fix = `npm install ${name}@"${range}"`;
  if (version === undefined) {
    return problem(id, `no ${name}`, fix);
  }
  return isInRange(version, range)
    ? ok(id, `${name} ${version}`)
    : problem(id, `${name} ${version}, allowed ${range}`, fix);
}

function checkKernels(): Check {
  const id = 'machine.kernels';
  try {
    const { name, version, digest, variants } = KernelBundle.fromDirectory(builtInDirectory());
    return ok(id, `kernels ${name} ${version}, ${variants.length} variants, digest ${digest} as in their manifest`);
  } catch {
    return problem(
      id,
      'the kernels of this package are missing or differ from their manifest',
      'install the package again; in a clone of the repository run "npm run build"',
    );
  }
}

/** Where this package has its kernels: the command is one file, elsewhere than the library that knows the place. */
function builtInDirectory(): string {
  let directory = __dirname;
  while (!fs.existsSync(path.join(directory, 'package.json'))) {
    directory = path.dirname(directory);
  }
  return path.join(directory, 'kernels', 'build', 'bundle');
}

function checkGit(project: string): Check {
  const id = 'machine.git';
  if (runTool('git', ['--version'], project) === undefined) {
    return warning(id, 'no git', 'install it: "graviton-fleet diff" compares with another commit');
  }
  return runTool('git', ['rev-parse', '--is-inside-work-tree'], project) === 'true'
    ? ok(id, 'git, in a work tree')
    : warning(id, 'git, but no work tree here', 'run "git init": "graviton-fleet diff" compares with another commit');
}

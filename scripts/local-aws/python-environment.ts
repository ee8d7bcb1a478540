import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { CACHE_DIRECTORY } from './cache-directory';
import { LocalAwsUnavailable } from './local-aws-unavailable';
import { CommandResult, runCommand } from './run-command';

const REQUIREMENTS_FILE = path.join(__dirname, 'requirements.txt');
const INSTALL_PYTHON = 'install Python 3.11 or later with venv, on Debian or Ubuntu: apt-get install python3-venv';
const PROBE = 'import sys, venv, ensurepip; print("%d.%d" % sys.version_info[:2])';

/** Where and with what a Python environment is made. */
export interface PythonEnvironmentOptions {
  /** What pip installs, with hashes. @default what the emulator needs */
  readonly requirementsFile?: string;
  /** @default node_modules/.cache/cdk-graviton-fleet/local-aws */
  readonly cacheDirectory?: string;
  /** The environment variables to find Python and to run pip with. @default those of this process */
  readonly environment?: NodeJS.ProcessEnv;
}

/**
 * Makes a Python environment unless it is there already, and returns its interpreter. A second call with the same
 * requirements costs one look at the file system; calls side by side do not disturb each other.
 *
 * @throws LocalAwsUnavailable without Python 3.11, venv, pip or the package registry
 * @throws Error when a package does not have the pinned hash
 */
export async function ensureInstalled(options: PythonEnvironmentOptions = {}): Promise<string> {
  const cacheDirectory = options.cacheDirectory ?? CACHE_DIRECTORY;
  const environment = options.environment ?? process.env;
  const requirementsFile = options.requirementsFile ?? REQUIREMENTS_FILE;
  const digest = createHash('sha256').update(fs.readFileSync(requirementsFile)).digest('hex');
  const home = path.join(cacheDirectory, `python-${digest.slice(0, 16)}`);
  const interpreter = path.join(home, 'bin', 'python');
  // The interpreter is a link to the system's, which an upgrade of the machine can remove.
  if (fs.existsSync(interpreter)) {
    return interpreter;
  }
  fs.mkdirSync(cacheDirectory, { recursive: true });
  fs.rmSync(home, { recursive: true, force: true });
  const scratch = fs.mkdtempSync(path.join(cacheDirectory, 'making-'));
  try {
    await makeEnvironment(await findPython(environment), scratch, requirementsFile, environment);
    moveIntoPlace(scratch, home);
  } finally {
    fs.rmSync(scratch, { recursive: true, force: true });
  }
  return interpreter;
}

async function findPython(environment: NodeJS.ProcessEnv): Promise<string> {
  const found: string[] = [];
  for (const name of ['python3', 'python']) {
    const probe = await run(name, ['-c', PROBE], environment).catch(() => undefined);
    const version = probe?.output.trim() ?? '';
    if (probe?.exitCode === 0 && isRecent(version)) {
      return name;
    }
    if (probe) {
      found.push(`${name}: ${probe.exitCode === 0 ? version : 'no venv module'}`);
    }
  }
  throw new LocalAwsUnavailable(`no usable Python on the PATH (${found.join(', ') || 'none found'})`, INSTALL_PYTHON);
}

function isRecent(version: string): boolean {
  const [major, minor] = version.split('.').map(Number);
  return major > 3 || (major === 3 && minor >= 11);
}

async function makeEnvironment(
  python: string,
  home: string,
  requirementsFile: string,
  environment: NodeJS.ProcessEnv,
): Promise<void> {
  const venv = await run(python, ['-m', 'venv', home], environment);
  if (venv.exitCode !== 0) {
    throw new LocalAwsUnavailable(`python3 -m venv failed: ${lastLine(venv)}`, INSTALL_PYTHON);
  }
  const install = ['-m', 'pip', 'install', '--quiet', '--no-input', '--disable-pip-version-check'];
  const pins = ['--require-hashes', '--only-binary', ':all:', '--requirement', requirementsFile];
  const pip = await run(path.join(home, 'bin', 'python'), [...install, ...pins], environment);
  if (pip.exitCode === 0) {
    return;
  }
  if (/DO NOT MATCH THE HASHES/.test(pip.output)) {
    throw new Error(`a Python package does not have the hash that ${requirementsFile} pins:\n${pip.output}`);
  }
  const remedy = 'check the connection to the Python package registry and pip config list, then run again';
  throw new LocalAwsUnavailable(`pip could not install ${requirementsFile}: ${lastLine(pip)}`, remedy);
}

// Another process may have finished first; its environment has the same pins.
function moveIntoPlace(scratch: string, home: string): void {
  try {
    fs.renameSync(scratch, home);
  } catch (error) {
    if (!fs.existsSync(path.join(home, 'bin', 'python'))) {
      throw error;
    }
  }
}

function run(command: string, args: readonly string[], environment: NodeJS.ProcessEnv): Promise<CommandResult> {
  return runCommand(command, args, { environment, workingDirectory: __dirname, timeout: 300_000 });
}

function lastLine(result: CommandResult): string {
  return result.output.trim().split('\n').at(-1) ?? '';
}

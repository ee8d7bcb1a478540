import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import * as path from 'node:path';
import { PROJECT_ROOT } from '../local-aws/cache-directory';
import { runCommand } from '../local-aws/run-command';

/** What runs in place of an instance and of EC2, each in one version. */
const PACKAGES = ['ray[default]==2.60.0', 'boto3==1.44.5', 'moto[autoscaling,ec2,server]==5.2.5'];

const HOME = path.join(PROJECT_ROOT, 'node_modules', '.cache', 'cdk-graviton-fleet', 'ray-2.60.0');

/** Makes a Python environment with Ray and moto unless it is there, about 450 MB, and returns its directory. */
export async function rayEnvironment(): Promise<string> {
  if (existsSync(HOME)) {
    return HOME;
  }
  mkdirSync(path.dirname(HOME), { recursive: true });
  // A virtual environment cannot be moved once it is made; so an unfinished one is what is moved away.
  try {
    await run('python3', ['-m', 'venv', HOME]);
    await run(path.join(HOME, 'bin', 'python'), ['-m', 'pip', 'install', '-q', '--only-binary=:all:', ...PACKAGES]);
  } catch (error) {
    const unfinished = `${HOME}.unfinished`;
    renameSync(HOME, unfinished);
    rmSync(unfinished, { recursive: true, force: true });
    throw error;
  }
  return HOME;
}

async function run(command: string, args: readonly string[]): Promise<void> {
  const options = { environment: process.env, workingDirectory: PROJECT_ROOT, timeout: 600_000 };
  const { exitCode, output } = await runCommand(command, args, options);
  if (exitCode !== 0) {
    throw new Error(`${command} ${args.join(' ')} ended with ${exitCode}:\n${output}`);
  }
}

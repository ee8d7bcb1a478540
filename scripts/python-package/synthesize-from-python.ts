import * as fs from 'node:fs';
import * as path from 'node:path';
import { ensureInstalled } from '../local-aws/python-environment';
import { runCommand } from '../local-aws/run-command';

const PROJECT_ROOT = path.resolve(__dirname, '..', '..');

/**
 * Makes the Python package by jsii-pacmak, installs it beside the oldest peers that it allows, and synthesizes an app.
 *
 * @param app the Python program
 * @param directory for the package
 * @param assembly where the cloud assembly goes
 */
export async function synthesizeFromPython(app: string, directory: string, assembly: string): Promise<void> {
  const python = await ensureInstalled({ requirementsFile: path.join(__dirname, 'requirements.txt') });
  await run('npx', '--no-install', 'jsii-pacmak', '--targets', 'python', '--outdir', directory, PROJECT_ROOT);
  const [wheel] = fs.readdirSync(path.join(directory, 'python')).filter((name) => name.endsWith('.whl'));
  const packages = path.join(directory, 'python-packages');
  const install = ['-m', 'pip', 'install', '--quiet', '--no-deps', '--no-index', '--target', packages];
  await run(python, ...install, path.join(directory, 'python', wheel));
  // The peers are fixed by requirements.txt; this says so when they are no longer what the package asks for.
  await run(python, '-c', CHECK_REQUIREMENTS, packages);
  await run('env', `PYTHONPATH=${packages}`, `CDK_OUTDIR=${assembly}`, python, app);
}

const CHECK_REQUIREMENTS = `
import sys
from importlib.metadata import distributions, version
from pip._vendor.packaging.requirements import Requirement
[package] = distributions(path=[sys.argv[1]])
for requirement in map(Requirement, package.requires):
    floor = sorted(str(part).lstrip(">=") for part in requirement.specifier if part.operator == ">=")[0]
    installed = version(requirement.name)
    if requirement.name in ("aws-cdk-lib", "constructs") and installed != floor:
        sys.exit(f"scripts/python-package/requirements.in: got {requirement.name} {installed}, allowed {floor}, the oldest")
    if not requirement.specifier.contains(installed):
        sys.exit(f"scripts/python-package/requirements.in: got {requirement.name} {installed}, allowed {requirement}")
`;

async function run(command: string, ...args: string[]): Promise<void> {
  const environment = {
    ...process.env,
    CDK_DEFAULT_ACCOUNT: '123456789012',
    CDK_DEFAULT_REGION: 'us-east-1',
    JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION: '20',
  };
  const options = { environment, workingDirectory: PROJECT_ROOT, timeout: 600_000 };
  const { exitCode, output } = await runCommand(command, args, options);
  if (exitCode !== 0) {
    throw new Error(`${[command, ...args].join(' ')} ended with exit code ${exitCode}:\n${output}`);
  }
}

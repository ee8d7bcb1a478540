import * as assert from 'node:assert';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import packageJson from '../package.json';
import { runCommand } from './local-aws/run-command';
import { synthesizeFromPython } from './python-package/synthesize-from-python';

const PROJECT_ROOT = path.resolve(__dirname, '..');

/**
 * Installs the packed package beside the oldest peers that it allows, in a directory of its own, and does there what the
 * README says: synthesize the minimal example, plan it and preview its dashboard. It finds a file that `files` forgot, and
 * a use of something that the oldest aws-cdk-lib does not have. The Python package, made of the same files, must give the
 * same template, and so must a project that is nothing but a fleet.yaml.
 */
async function main(): Promise<void> {
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'cdk-graviton-fleet-package-'));
  try {
    await run(PROJECT_ROOT, 'npm', 'pack', '--silent', '--pack-destination', directory);
    const tarball = fs.readdirSync(directory).find((name) => name.endsWith('.tgz'))!;
    fs.writeFileSync(path.join(directory, 'package.json'), JSON.stringify({ private: true }));
    const peers = Object.entries(packageJson.peerDependencies).map(([name, range]) => `${name}@${range.slice(1)}`);
    const tsx = `tsx@${packageJson.devDependencies.tsx}`;
    await run(
      directory,
      'npm',
      'install',
      '--no-audit',
      '--no-fund',
      '--ignore-scripts',
      `./${tarball}`,
      tsx,
      ...peers,
    );
    fs.copyFileSync(path.join(PROJECT_ROOT, 'examples', 'minimal-fleet', 'app.ts'), path.join(directory, 'app.ts'));
    await run(directory, process.execPath, '--import', 'tsx', 'app.ts');
    const plan = await run(directory, 'npx', '--no-install', 'graviton-fleet', 'plan', 'cdk.out');
    if (!plan.includes('MinimalFleet/Fleet: 2 instances of m9g.4xlarge in us-east-1')) {
      throw new Error(`graviton-fleet plan did not show the fleet:\n${plan}`);
    }
    const preview = await run(directory, 'npx', '--no-install', 'graviton-fleet', 'preview', 'cdk.out');
    if (!fs.existsSync(path.join(directory, 'cdk.out', 'dashboard-preview.html'))) {
      throw new Error(`graviton-fleet preview left no page:\n${preview}`);
    }
    const [fromTypeScript, fromPython] = [path.join(directory, 'cdk.out'), path.join(directory, 'cdk.out-python')];
    await synthesizeFromPython(path.join(PROJECT_ROOT, 'examples', 'minimal-fleet', 'app.py'), directory, fromPython);
    assert.deepStrictEqual(template(fromPython), template(fromTypeScript), 'Python gives another template');
    const fromData = await fromFleetYaml(directory);
    assert.deepStrictEqual(template(fromData), template(fromTypeScript), 'fleet.yaml gives another template');
    console.log(
      `the packed package works with ${peers.join(' and ')}, and from Python and fleet.yaml gives the same template`,
    );
  } finally {
    fs.rmSync(directory, { recursive: true, force: true });
  }
}

/** A project that has a fleet.yaml and no program; the command comes from the package. */
async function fromFleetYaml(directory: string): Promise<string> {
  const project = path.join(directory, 'data');
  fs.mkdirSync(project);
  fs.copyFileSync(path.join(PROJECT_ROOT, 'examples', 'minimal-fleet', 'fleet.yaml'), path.join(project, 'fleet.yaml'));
  await run(project, 'npx', '--no-install', 'graviton-fleet', 'app', 'fleet.yaml');
  return path.join(project, 'cdk.out');
}

function template(assembly: string): unknown {
  return JSON.parse(fs.readFileSync(path.join(assembly, 'MinimalFleet.template.json'), 'utf8'));
}

async function run(workingDirectory: string, command: string, ...args: string[]): Promise<string> {
  const environment = {
    ...process.env,
    CDK_OUTDIR: 'cdk.out',
    CDK_DEFAULT_ACCOUNT: '123456789012',
    CDK_DEFAULT_REGION: 'us-east-1',
  };
  const result = await runCommand(command, args, { environment, workingDirectory, timeout: 300_000 });
  if (result.exitCode !== 0) {
    throw new Error(`${[command, ...args].join(' ')} ended with exit code ${result.exitCode}:\n${result.output}`);
  }
  return result.output;
}

main().catch((error: unknown) => {
  console.error((error as Error).message);
  process.exitCode = 1;
});

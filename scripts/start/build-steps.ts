import * as path from 'node:path';
import { ListrTask } from 'listr2';
import { EMULATED_PROCESSORS, EmulatedProcessor, runSelfTest } from '../kernels/emulated-processors';
import { buildKernelBundle, readManifest } from '../kernels/kernel-build';
import { PROJECT_ROOT } from '../local-aws/cache-directory';
import { runCommand } from '../local-aws/run-command';
import { ensureToolchain } from '../toolchain';
import { StartContext } from './start-context';

const TEN_MINUTES = 600_000;

/** Toolchain, kernels with their self-test on every emulated processor, and the library. */
export const buildSteps: ListrTask<StartContext>[] = [
  {
    title: 'Compiler, emulator and Python',
    task: (_, task) => ensureToolchain((text) => (task.output = text)),
  },
  {
    title: 'Kernels for Arm64',
    task: (_, task) => {
      const manifest = readManifest(buildKernelBundle());
      const variants = manifest.files.filter(({ variant }) => variant).map(({ variant }) => variant);
      const { name, version } = manifest.compiler;
      task.title = `Kernels for Arm64: ${variants.join(', ')} by ${name} ${version}`;
    },
  },
  {
    title: 'Self-test on each emulated processor',
    task: (_, task) => task.newListr(EMULATED_PROCESSORS.map(selfTestStep), { exitOnError: false }),
  },
  {
    title: 'Library and command',
    task: async () => {
      await npmRun('build:instance');
      await npmRun('build:library');
      await npmRun('build:command');
    },
  },
];

function selfTestStep(processor: EmulatedProcessor): ListrTask<StartContext> {
  return {
    title: processor.standsFor,
    task: async (_, task) => {
      const result = await runSelfTest(processor, path.join(PROJECT_ROOT, 'kernels', 'build', 'bundle'));
      if (result.status !== 0) {
        const end = result.signal ?? `exit code ${result.status}`;
        throw new Error(`the self-test ended with ${end}:\n${result.stdout}${result.stderr}`);
      }
      if (!result.stdout.includes(`chosen: ${processor.expectedVariant}\n`)) {
        throw new Error(`the self-test did not choose ${processor.expectedVariant}:\n${result.stdout}`);
      }
      task.title = `${processor.standsFor}: passed, chose ${processor.expectedVariant}`;
    },
  };
}

async function npmRun(script: string): Promise<void> {
  const options = { environment: process.env, workingDirectory: PROJECT_ROOT, timeout: TEN_MINUTES };
  const result = await runCommand('npm', ['run', '--silent', script], options);
  if (result.exitCode !== 0) {
    throw new Error(`npm run ${script} ended with exit code ${result.exitCode}:\n${result.output}`);
  }
}

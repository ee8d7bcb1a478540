import { Listr } from 'listr2';
import { buildSteps } from './build-steps';
import { deploySteps } from './deploy-steps';
import { StartContext } from './start-context';
import { summary } from './summary';

/** The main job: from the kernels' sources to a deployed fleet on a local AWS. */
async function main(): Promise<void> {
  const context: StartContext = {};
  const steps = new Listr<StartContext>([...buildSteps, ...deploySteps], {
    exitOnError: true,
    collectErrors: 'minimal',
    rendererOptions: { collapseSubtasks: false, collapseErrors: false, showErrorMessage: true },
  });
  try {
    await steps.run(context);
  } finally {
    await context.localAws?.stop();
  }
  console.log(`\n${summary(context)}`);
}

main().catch(() => {
  // The list of steps has shown the error already.
  process.exitCode = 1;
});

import * as path from 'node:path';
import { ListrTask } from 'listr2';
import { PROJECT_ROOT } from '../local-aws/cache-directory';
import { runCommand } from '../local-aws/run-command';
import { ASSEMBLY_DIRECTORY, StartContext } from './start-context';

const COMMAND = path.join(PROJECT_ROOT, 'bin', 'graviton-fleet.js');

/** The dashboard of the synthesized example as a page, by the command that users have. */
export const previewStep: ListrTask<StartContext> = {
  title: 'Dashboard preview',
  task: async (context, task) => {
    const result = await runCommand(process.execPath, [COMMAND, 'preview', ASSEMBLY_DIRECTORY], {
      environment: process.env,
      workingDirectory: PROJECT_ROOT,
      timeout: 120_000,
    });
    if (result.exitCode !== 0) {
      throw new Error(`graviton-fleet preview ended with exit code ${result.exitCode}:\n${result.output}`);
    }
    context.preview = path.relative(PROJECT_ROOT, result.output.trim());
    task.title = `Dashboard preview: ${context.preview}`;
  },
};

import * as fs from 'node:fs';
import * as path from 'node:path';
import { ListrTask } from 'listr2';
import { PROJECT_ROOT } from '../local-aws/cache-directory';
import { CdkCli } from '../local-aws/cdk-cli';
import { LOCAL_ACCOUNT, LOCAL_REGION, LocalAws } from '../local-aws/local-aws';
import { LocalAwsUnavailable } from '../local-aws/local-aws-unavailable';
import { runCommand } from '../local-aws/run-command';
import { previewStep } from './preview-step';
import { ASSEMBLY_DIRECTORY, EXAMPLE, StartContext } from './start-context';

const EXAMPLE_DIRECTORY = path.join(PROJECT_ROOT, EXAMPLE.directory);

/** Synthesis under strict validation, and a deployment to a local AWS where there can be one. */
export const deploySteps: ListrTask<StartContext>[] = [
  {
    title: `Synthesize ${EXAMPLE.directory} under strict validation`,
    task: async (_, task) => {
      await synthesize();
      const { Resources } = readJson<{ Resources: object }>(`${EXAMPLE.stack}.template.json`);
      task.title = `Synthesize ${EXAMPLE.directory}: ${Object.keys(Resources).length} resources, no finding`;
    },
  },
  previewStep,
  {
    title: 'Local AWS on loopback',
    task: async (context, task) => {
      try {
        context.localAws = await LocalAws.start();
        task.title = `Local AWS at ${context.localAws.endpoint}`;
      } catch (error) {
        if (!(error instanceof LocalAwsUnavailable)) {
          throw error;
        }
        context.localAwsMissing = error.message;
        task.skip(`No local AWS: ${error.reason}`);
      }
    },
  },
  {
    title: 'cdk bootstrap',
    skip: (context) => context.localAws === undefined && 'cdk bootstrap: no local AWS',
    task: async (context, task) => {
      await cdk(context, (text) => (task.output = text)).bootstrap();
    },
  },
  {
    title: `cdk deploy ${EXAMPLE.stack}`,
    skip: (context) => context.localAws === undefined && 'cdk deploy: no local AWS',
    task: async (context, task) => {
      await cdk(context, (text) => (task.output = text)).deploy(EXAMPLE.stack);
      context.stack = await context.localAws!.stack(EXAMPLE.stack);
      if (context.stack.status !== 'CREATE_COMPLETE') {
        throw new Error(`the stack is ${context.stack.status}, expected CREATE_COMPLETE`);
      }
      task.title = `cdk deploy ${EXAMPLE.stack}: ${context.stack.status}`;
    },
  },
];

function cdk(context: StartContext, onOutput: (text: string) => void): CdkCli {
  return new CdkCli({
    localAws: context.localAws!,
    workingDirectory: EXAMPLE_DIRECTORY,
    app: ASSEMBLY_DIRECTORY,
    onOutput: (text) => onOutput(text.trimEnd()),
  });
}

/** The app itself does what `cdk synth` would, without a look at credentials: nothing here needs an account. */
async function synthesize(): Promise<void> {
  const { context } = JSON.parse(fs.readFileSync(path.join(EXAMPLE_DIRECTORY, 'cdk.json'), 'utf8')) as {
    context: object;
  };
  fs.rmSync(ASSEMBLY_DIRECTORY, { recursive: true, force: true });
  const result = await runCommand(process.execPath, ['--import', 'tsx', 'app.ts'], {
    environment: {
      ...process.env,
      CDK_OUTDIR: ASSEMBLY_DIRECTORY,
      CDK_CONTEXT_JSON: JSON.stringify(context),
      CDK_DEFAULT_ACCOUNT: LOCAL_ACCOUNT,
      CDK_DEFAULT_REGION: LOCAL_REGION,
    },
    workingDirectory: EXAMPLE_DIRECTORY,
    timeout: 300_000,
  });
  if (result.exitCode !== 0) {
    throw new Error(`synthesis ended with exit code ${result.exitCode}:\n${result.output}`);
  }
  const { pluginReports } = readJson<{ pluginReports: unknown[] }>('validation-report.json');
  if (pluginReports.length > 0) {
    throw new Error(`strict validation has findings:\n${JSON.stringify(pluginReports, undefined, 2)}`);
  }
}

function readJson<T>(name: string): T {
  return JSON.parse(fs.readFileSync(path.join(ASSEMBLY_DIRECTORY, name), 'utf8')) as T;
}

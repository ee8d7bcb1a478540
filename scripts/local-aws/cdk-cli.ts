import * as fs from 'node:fs';
import * as path from 'node:path';
import { PROJECT_ROOT } from './cache-directory';
import { LOCAL_ACCOUNT, LOCAL_REGION, LocalAws } from './local-aws';
import { CommandResult, runCommand } from './run-command';

const CDK = path.join(PROJECT_ROOT, 'node_modules', 'aws-cdk', 'bin', 'cdk');

/** A command of the CDK CLI ended with an exit code other than 0. */
export class CdkCommandFailed extends Error {
  public constructor(
    command: string,
    /** What the command left behind. */
    public readonly result: CommandResult,
  ) {
    super(`cdk ${command} ended with exit code ${result.exitCode}:\n${result.output.slice(-6000)}`);
    this.name = 'CdkCommandFailed';
  }
}

/** The CDK app to run the CLI on. */
export interface CdkCliOptions {
  readonly localAws: LocalAws;
  /** The directory of the app, where the CLI runs and looks for cdk.json. */
  readonly workingDirectory: string;
  /** The command that runs the app. @default the `app` of cdk.json */
  readonly app?: string;
  /** Variables for the app, beside those of the local AWS. @default none */
  readonly environment?: NodeJS.ProcessEnv;
  /** Context values. @default those of cdk.json */
  readonly context?: Readonly<Record<string, string>>;
  /** How long one command may take, in milliseconds. @default 300000 */
  readonly timeout?: number;
  /** Called with each piece of output as it comes. @default the output is only captured */
  readonly onOutput?: (text: string) => void;
}

/** The real CDK CLI, pinned by package.json, pointed at a local AWS. It touches nothing in the user's home. */
export class CdkCli {
  /** Where the CLI puts the cloud assembly. */
  public readonly assemblyDirectory: string;

  public constructor(private readonly options: CdkCliOptions) {
    this.assemblyDirectory = fs.mkdtempSync(path.join(options.localAws.directory, 'cdk.out-'));
  }

  /** Puts the bootstrap stack `CDKToolkit` into the local AWS. @throws CdkCommandFailed */
  public bootstrap(): Promise<CommandResult> {
    // Outside the app's directory, because the CLI would synthesize the app first, which bootstrapping does not need.
    return this.execute('bootstrap', [`aws://${LOCAL_ACCOUNT}/${LOCAL_REGION}`], this.options.localAws.directory);
  }

  /** Synthesizes every stack of the app. @throws CdkCommandFailed */
  public synth(): Promise<CommandResult> {
    return this.run('synth', '--quiet', '--all');
  }

  /** Synthesizes and deploys a stack. @throws CdkCommandFailed, also when CloudFormation rolled back */
  public deploy(stack: string): Promise<CommandResult> {
    return this.run('deploy', stack, '--require-approval', 'never', '--progress', 'events');
  }

  /** Destroys a stack that this instance synthesized or deployed before. @throws CdkCommandFailed */
  public destroy(stack: string): Promise<CommandResult> {
    // The assembly is the app here: nothing that a second synthesis could change matters to a deletion.
    return this.execute(
      'destroy',
      [stack, '--force', '--app', this.assemblyDirectory],
      this.options.localAws.directory,
    );
  }

  private run(command: string, ...args: readonly string[]): Promise<CommandResult> {
    const { app, workingDirectory, context } = this.options;
    const appArgs = app === undefined ? [] : ['--app', app];
    const contextArgs = Object.entries(context ?? {}).flatMap(([key, value]) => ['--context', `${key}=${value}`]);
    return this.execute(
      command,
      [...args, ...appArgs, ...contextArgs, '--output', this.assemblyDirectory],
      workingDirectory,
    );
  }

  private async execute(command: string, args: readonly string[], workingDirectory: string): Promise<CommandResult> {
    const { localAws, environment, timeout, onOutput } = this.options;
    const quiet = ['--no-notices', '--no-color', '--ci'];
    const result = await runCommand(process.execPath, [CDK, command, ...args, ...quiet], {
      environment: { ...localAws.environment, ...environment },
      workingDirectory,
      timeout: timeout ?? 300_000,
      onOutput,
    });
    if (result.exitCode !== 0) {
      throw new CdkCommandFailed(command, result);
    }
    return result;
  }
}

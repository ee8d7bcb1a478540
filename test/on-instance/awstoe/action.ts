import { Arm64Instance } from '../../../scripts/arm64-root/arm64-instance';
import { ObjectStore } from '../pipeline/object-store';
import { InputEntry } from './component-document';
import { InputRules } from './inputs';

/** Where a step runs. */
export interface ActionContext {
  readonly instance: Arm64Instance;
  readonly objects: ObjectStore;
  /** How long the step may take. */
  readonly seconds: number;
  readonly restart: () => Promise<void>;
}

/** What a step left behind. */
export interface ActionResult {
  /** Exit status; anything but 0 fails the step. */
  readonly status: number;
  readonly output: string;
  /** For references of later steps. */
  readonly stdout: string;
}

/** An action module of AWSTOE: its inputs, and what it does with each entry of them. */
export interface Action extends InputRules {
  readonly run: (entry: InputEntry, context: ActionContext) => Promise<ActionResult>;
}

export const DONE: ActionResult = { status: 0, output: '', stdout: '' };

/** Runs a bash script on the instance, with arguments and standard input. */
export async function runScript(
  context: ActionContext,
  script: string,
  args: readonly string[],
  input?: string | Buffer,
): Promise<ActionResult> {
  const command = ['bash', '-c', script, 'awstoe', ...args];
  const result = await context.instance.run(command, { seconds: context.seconds, input });
  const stdout = result.stdout.toString();
  return { status: result.status, stdout, output: `${stdout}${result.stderr}` };
}

import * as path from 'node:path';
import { UsageError } from '../usage-error';
import { instanceTypeProblem, regionProblem } from './answer-problems';
import { DEFAULT_REGION, defaultAnswers, FleetKind, ProjectAnswers } from './project-answers';

/** What was said without a question. */
export interface AnswerFlags {
  /** Whether defaults are taken in place of questions. */
  readonly yes?: boolean;
  readonly directory: string;
  readonly kind?: FleetKind;
  readonly region?: string;
  /** A GGUF file, or an object in S3. */
  readonly model?: string;
}

/**
 * What a project is made from: what was said, and answers or defaults for the rest.
 *
 * @throws UsageError when what was said cannot be, or nobody can be asked
 * @throws FleetConfigError when the built-in server does not run the model
 */
export async function settleAnswers(flags: AnswerFlags): Promise<ProjectAnswers> {
  const { yes, kind, region, model } = flags;
  const problem = region === undefined ? undefined : regionProblem(region);
  if (problem !== undefined) {
    throw new UsageError(`--region: got another text: ${problem}`);
  }
  if (model !== undefined && kind === FleetKind.WORKER) {
    throw new UsageError(
      '--model: got one beside --kind worker, whose jobs are programs, allowed with --kind inference',
    );
  }
  if (!yes && !process.stdin.isTTY) {
    throw new UsageError('init: got no terminal to ask on, allowed a terminal, or --yes, which takes the defaults');
  }
  const directory = path.resolve(flags.directory);
  // Only here, because the constructs take a second to load, and the prompts longer than the rest of a command.
  const runtime = model === undefined ? undefined : (await import('./served-model')).serverFor(model, directory);
  if (yes) {
    return checkedDefaults(defaultAnswers(kind ?? FleetKind.INFERENCE, region ?? DEFAULT_REGION, runtime), model);
  }
  const { askAnswers } = await import('./ask-answers');
  try {
    return await askAnswers({ kind: runtime ? FleetKind.INFERENCE : kind, region, runtime, directory });
  } catch (error) {
    // Control and C at a question.
    throw (error as Error).name === 'ExitPromptError' ? new Error('init was ended; nothing was written') : error;
  }
}

/** The region or the model may have been given, and the default type may not be sold there, or not hold it. */
async function checkedDefaults(answers: ProjectAnswers, model: string | undefined): Promise<ProjectAnswers> {
  const { instanceType, region, runtime } = answers;
  const problem = instanceTypeProblem(instanceType, region);
  if (problem !== undefined) {
    throw new UsageError(
      `--region: got ${region}, where the default instance type ${instanceType} cannot be had (${problem}): choose ` +
        'another region, or run init without --yes to choose another type',
    );
  }
  const lack = model === undefined ? undefined : (await import('./served-model')).memoryProblem(runtime, instanceType);
  if (lack !== undefined) {
    throw new UsageError(
      `--model: got ${model}, too large for the default instance type ${instanceType} (${lack}): run init without --yes to ` +
        'choose another type',
    );
  }
  return answers;
}

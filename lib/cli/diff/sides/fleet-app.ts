import * as fs from 'node:fs';
import * as path from 'node:path';
import {
  CONTEXT_ENV,
  CONTEXT_OVERFLOW_LOCATION_ENV,
  OUTDIR_ENV,
  PATH_METADATA_ENABLE_CONTEXT,
} from 'aws-cdk-lib/cx-api';
import { UsageError } from '../../usage-error';
import { runChild } from './child-process';
import { environmentWithoutGit } from './git';

const DEFAULT_TEMPLATE = 'fleet.yaml';

/** Linux takes no variable longer than 128 KiB. */
const LONGEST_VARIABLE = 100_000;

/** A program that synthesizes, as its directory says. */
export interface FleetApp {
  readonly directory: string;
  /** The program and its parameters, or one line for the shell. */
  readonly command: readonly string[];
  /** The context of cdk.json and cdk.context.json. */
  readonly context: Readonly<Record<string, unknown>>;
}

/**
 * Finds the app of a directory: the fleet.yaml that is named, else what cdk.json names, else the fleet.yaml there.
 *
 * @returns nothing when the directory has none
 * @throws UsageError when cdk.json cannot be read
 */
export function findApp(directory: string, template?: string): FleetApp | undefined {
  const configuration = readJson(path.join(directory, 'cdk.json'));
  const context = {
    ...(configuration?.context as object | undefined),
    ...readJson(path.join(directory, 'cdk.context.json')),
  };
  const app = template === undefined ? configuration?.app : undefined;
  if (typeof app === 'string') {
    return { directory, command: [app], context };
  }
  const file = template ?? DEFAULT_TEMPLATE;
  return fs.existsSync(path.join(directory, file))
    ? { directory, command: [process.execPath, path.resolve(process.argv[1]), 'app', file], context }
    : undefined;
}

/**
 * Synthesizes an app as the CDK CLI does, into a directory of our own.
 *
 * @param side what is said of the app when it fails
 * @throws UsageError when the app says that its input is wrong (exit code 2)
 */
export async function synthesize(app: FleetApp, output: string, side: string): Promise<void> {
  const [program, ...parameters] = app.command;
  const context = JSON.stringify({ [PATH_METADATA_ENABLE_CONTEXT]: true, ...app.context });
  const code = await runChild(program, parameters, {
    directory: app.directory,
    environment: {
      ...environmentWithoutGit(),
      // The checks of templates by CDK take most of the time, and change no template; "cdk synth" makes them.
      CDK_VALIDATION: process.env.CDK_VALIDATION ?? 'false',
      [OUTDIR_ENV]: output,
      ...contextVariables(context, output),
    },
    shell: parameters.length === 0,
  });
  if (code !== 0) {
    const message = `${side}: the app ended with ${code}; what it printed stands above`;
    throw code === 2
      ? new UsageError(message)
      : new Error(`${message}. If it needs a build first, give --base-assembly`);
  }
}

/** As the CDK CLI does with a context that is too long for a variable. */
function contextVariables(context: string, output: string): NodeJS.ProcessEnv {
  if (context.length < LONGEST_VARIABLE) {
    return { [CONTEXT_ENV]: context };
  }
  const file = `${output}.context.json`;
  fs.writeFileSync(file, context);
  return { [CONTEXT_OVERFLOW_LOCATION_ENV]: file };
}

function readJson(file: string): Record<string, unknown> | undefined {
  if (!fs.existsSync(file)) {
    return undefined;
  }
  try {
    return JSON.parse(fs.readFileSync(file, 'utf8')) as Record<string, unknown>;
  } catch (error) {
    throw new UsageError(`${file}: got what is no JSON (${(error as Error).message}): mend it`);
  }
}

import { Duration, Token } from 'aws-cdk-lib';
import { InferenceRuntime } from '../../image';
import { Problem, throwIfAny } from '../../validation';
import { durationProblems, wholeSeconds } from '../private/range-problems';
import { JobHandlerOptions, ProgramHandlerOptions, ServerHandlerOptions } from './job-handler-options';
import { JobIsolation } from './job-isolation';

const LONGEST_ATTEMPT = Duration.seconds(43_000);
const DEFAULT_TIMEOUT = Duration.hours(1);

const VARIABLE = /^[A-Za-z_]\w*$/;

/** The agent sets these for each job, over what the environment says. */
const SET_BY_AGENT = ['JOB_ID', 'JOB_ATTEMPT'];

/** What does a job on an instance. A job that fails or takes too long is tried again. */
export class JobHandler {
  /**
   * A program that is started once for each job: the job on its standard input, the result on its standard output, exit
   * code 0 for success. A component of the image installs it.
   *
   * @throws FleetConfigError with every option that cannot work
   */
  public static program(options: ProgramHandlerOptions): JobHandler {
    const { command, isolation = JobIsolation.PROCESS, environment = {}, timeout = DEFAULT_TIMEOUT } = options;
    throwIfAny('JobHandler.program', [
      ...commandProblems(command),
      ...environmentProblems(environment),
      ...timeoutProblems(options),
    ]);
    const timeoutSeconds = wholeSeconds(timeout).toSeconds();
    return new JobHandler(false, isolation, () => ({ program: { command, isolation, environment, timeoutSeconds } }));
  }

  /**
   * A server that the image's runtime runs: the job as the body of a POST, the result as the body of a 2xx answer.
   *
   * @throws FleetConfigError with every option that cannot work
   */
  public static server(options: ServerHandlerOptions): JobHandler {
    const { path, timeout = DEFAULT_TIMEOUT } = options;
    throwIfAny('JobHandler.server', [...pathProblems(path), ...timeoutProblems(options)]);
    const timeoutSeconds = wholeSeconds(timeout).toSeconds();
    return new JobHandler(true, JobIsolation.PROCESS, ({ port }) => ({
      server: { url: `http://127.0.0.1:${port}${path}`, timeoutSeconds },
    }));
  }

  private constructor(
    /**
     * Whether the image must have a runtime that serves.
     * @internal
     */
    public readonly _needsServer: boolean,
    /** @internal */
    public readonly _isolation: JobIsolation,
    /**
     * The handler in the words of the agent's configuration.
     * @internal
     */
    public readonly _configuration: (runtime: InferenceRuntime) => object,
  ) {}
}

function commandProblems(command: string[]): Problem[] {
  const [program] = command;
  if (program !== undefined && (Token.isUnresolved(program) || program.startsWith('/'))) {
    return [];
  }
  const allowed = 'an absolute path, and arguments';
  const got = program === undefined ? 'no words' : JSON.stringify(program);
  return [{ what: 'command', got, allowed, fix: 'give the program by its path on the AMI' }];
}

function environmentProblems(environment: Record<string, string>): Problem[] {
  return Object.keys(environment)
    .filter((name) => !VARIABLE.test(name) || SET_BY_AGENT.includes(name))
    .map((name) => {
      const allowed = `letters, digits and _, not beginning with a digit, and none of ${SET_BY_AGENT.join(', ')}`;
      return { what: 'environment', got: JSON.stringify(name), allowed, fix: 'rename the variable' };
    });
}

function pathProblems(path: string): Problem[] {
  if (Token.isUnresolved(path) || /^\/[\x21-\x7e]*$/.test(path)) {
    return [];
  }
  const allowed = 'a path that begins with /, without spaces';
  return [{ what: 'path', got: JSON.stringify(path), allowed, fix: 'give the path, without host' }];
}

function timeoutProblems({ timeout }: JobHandlerOptions): Problem[] {
  return durationProblems('timeout', timeout, Duration.seconds(1), LONGEST_ATTEMPT);
}

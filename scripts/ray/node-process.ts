import { ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { PROJECT_ROOT } from '../local-aws/cache-directory';
import { signalGroup } from '../local-aws/run-command';
import { LocalMetadata } from '../local-metadata/local-metadata';

const PROGRAMS = path.join(PROJECT_ROOT, 'lib', 'image', 'on-instance', 'ray');

export interface ProgramOptions {
  /** The Python environment with Ray. */
  readonly environment: string;
  readonly metadata: LocalMetadata;
  /** Where its configuration and log go. */
  readonly directory: string;
  readonly configuration?: object;
  readonly variables: NodeJS.ProcessEnv;
}

/** A program on a node, as its unit runs it. */
export class InstanceProgram {
  /** @param name of one of the image's programs, or a path without `.py` */
  public static start(name: string, options: ProgramOptions): InstanceProgram {
    const { environment, metadata, directory, configuration, variables } = options;
    fs.mkdirSync(directory, { recursive: true });
    const log = path.join(directory, `${path.basename(name)}.log`);
    const args = [path.resolve(PROGRAMS, `${name}.py`)];
    if (configuration) {
      const file = path.join(directory, `${name}.json`);
      fs.writeFileSync(file, JSON.stringify(configuration));
      args.push(file);
    }
    const output = fs.openSync(log, 'a');
    const child = spawn(path.join(environment, 'bin', 'python'), args, {
      cwd: directory,
      env: {
        PATH: `${directory}:/usr/bin:/bin`,
        HOME: directory,
        RUNTIME_DIRECTORY: directory,
        // Of all nodes, where programs find the cluster; not Ray's own /tmp/ray.
        RAY_TMPDIR: path.dirname(directory),
        AWS_EC2_METADATA_SERVICE_ENDPOINT: metadata.endpoint,
        GRAVITON_POLL_SECONDS: '0.5',
        ...variables,
      },
      stdio: ['ignore', output, output],
      detached: true,
    });
    fs.closeSync(output);
    return new InstanceProgram(child, log);
  }

  private constructor(
    private readonly child: ChildProcess,
    private readonly logFile: string,
  ) {}

  public get log(): string {
    return fs.readFileSync(this.logFile, 'utf8');
  }

  public get hasEnded(): boolean {
    return this.child.exitCode !== null || this.child.signalCode !== null;
  }

  /** Waits for its end. @returns its exit code */
  public async ended(): Promise<number | null> {
    if (!this.hasEnded) {
      await once(this.child, 'exit');
    }
    return this.child.exitCode;
  }

  /** Ends it with all that it started, as the end of its instance does. */
  public async kill(): Promise<void> {
    signalGroup(this.child.pid, 'SIGKILL');
    await this.ended();
  }
}

import { ChildProcess, spawn } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ensureInstalled, PythonEnvironmentOptions } from './python-environment';
import { writeResourceSchemas } from './resource-schemas';
import { signalGroup } from './run-command';
import { StackReadBack } from './stack-read-back';

/** The account of the local AWS. */
export const LOCAL_ACCOUNT = '123456789012';
/** The region of the local AWS: one in which all Graviton5 families of the catalog are offered. */
export const LOCAL_REGION = 'us-east-1';

const READY_WITHIN_MILLISECONDS = 60_000;
const STOPPED_WITHIN_MILLISECONDS = 5_000;
const POLL_MILLISECONDS = 50;

/**
 * An AWS on loopback for the real CDK CLI: ministack, with a plug-in that records what ministack lacks. Each instance
 * has its own port, its own scratch directory and its own state, which is in memory. It ends with `stop()`, and also
 * when this process ends in whatever way.
 */
export class LocalAws {
  /**
   * Installs the emulator if need be, starts it on a free port of 127.0.0.1 and waits until it answers.
   *
   * @throws LocalAwsUnavailable when it cannot be installed on this machine
   * @throws Error when it does not answer within 60 s
   */
  public static async start(options: PythonEnvironmentOptions = {}): Promise<LocalAws> {
    const python = await ensureInstalled(options);
    const schemas = writeResourceSchemas(options.cacheDirectory);
    const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'cdk-graviton-fleet-local-aws-'));
    const logFile = path.join(directory, 'local-aws.log');
    const endpointFile = path.join(directory, 'endpoint.json');
    const log = fs.openSync(logFile, 'a');
    const server = spawn(python, [path.join(__dirname, 'plugin', 'serve.py'), schemas, endpointFile], {
      cwd: directory,
      env: serverEnvironment(directory),
      stdio: ['pipe', log, log],
      detached: true,
    });
    fs.closeSync(log);
    const localAws = new LocalAws(server, directory, logFile);
    try {
      await localAws.waitUntilReady(endpointFile);
    } catch (error) {
      const tail = fs.readFileSync(logFile, 'utf8').split('\n').slice(-20).join('\n');
      await localAws.stop();
      throw new Error(`the local AWS did not start: ${(error as Error).message}\n${tail}`, { cause: error });
    }
    return localAws;
  }

  private port?: number;
  private readonly exited: Promise<void>;

  private constructor(
    private readonly server: ChildProcess,
    /** Scratch files of this instance, removed by `stop()`. */
    public readonly directory: string,
    /** What the emulator says. */
    public readonly logFile: string,
  ) {
    this.exited = new Promise((resolve) => {
      server.once('exit', () => resolve());
      server.once('error', () => resolve());
    });
  }

  /** Where every AWS service answers, such as `http://127.0.0.1:40123`. */
  public get endpoint(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** The process that `stop()` ends, and the leader of its process group. */
  public get processId(): number {
    return this.server.pid!;
  }

  /**
   * The environment for the CDK CLI and the SDKs: this process's own, less everything that could reach a real account,
   * with a home of its own, and with proxies that lead nowhere, so that only loopback can be reached.
   */
  public get environment(): NodeJS.ProcessEnv {
    const home = path.join(this.directory, 'home');
    fs.mkdirSync(home, { recursive: true });
    return {
      ...withoutAws(process.env),
      HOME: home,
      CDK_HOME: path.join(home, '.cdk'),
      AWS_ENDPOINT_URL: this.endpoint,
      AWS_REGION: LOCAL_REGION,
      AWS_DEFAULT_REGION: LOCAL_REGION,
      AWS_ACCESS_KEY_ID: 'testing',
      AWS_SECRET_ACCESS_KEY: 'testing',
      AWS_EC2_METADATA_DISABLED: 'true',
      AWS_CONFIG_FILE: os.devNull,
      AWS_SHARED_CREDENTIALS_FILE: os.devNull,
      CDK_DEFAULT_ACCOUNT: LOCAL_ACCOUNT,
      CDK_DEFAULT_REGION: LOCAL_REGION,
      CDK_DISABLE_CLI_TELEMETRY: 'true',
      CDK_DISABLE_VERSION_CHECK: 'true',
      AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
      HTTP_PROXY: 'http://127.0.0.1:9',
      HTTPS_PROXY: 'http://127.0.0.1:9',
      NO_PROXY: '127.0.0.1,localhost',
    };
  }

  /** Every stack by name, deleted ones included, with resolved properties. */
  public async stacks(): Promise<Readonly<Record<string, StackReadBack>>> {
    const response = await fetch(`${this.endpoint}/_fleet/stacks`);
    if (!response.ok) {
      throw new Error(`GET ${response.url} answered ${response.status}: ${await response.text()}`);
    }
    return (await response.json()) as Record<string, StackReadBack>;
  }

  /** One stack, by name. @throws Error when there never was one of that name */
  public async stack(name: string): Promise<StackReadBack> {
    const stacks = await this.stacks();
    const stack = stacks[name];
    if (!stack) {
      throw new Error(`the local AWS has no stack ${name}, only ${Object.keys(stacks).join(', ') || 'none at all'}`);
    }
    return stack;
  }

  /** Lets the next update of a resource of this type fail, so that CloudFormation must roll back. */
  public async failNextUpdate(type: string): Promise<void> {
    const response = await fetch(`${this.endpoint}/_fleet/failures/${type}`, { method: 'PUT' });
    if (!response.ok) {
      throw new Error(`PUT ${response.url} answered ${response.status}: ${await response.text()}`);
    }
  }

  /**
   * Lets a builder decide what becomes of each new image: it gets the component documents by POST, and answers with the
   * id of an AMI or a failure. See `plugin/image_builds.py`. Until then images are only recorded.
   */
  public async buildImagesAt(url: string): Promise<void> {
    const response = await fetch(`${this.endpoint}/_fleet/image-builds`, { method: 'PUT', body: url });
    if (!response.ok) {
      throw new Error(`PUT ${response.url} answered ${response.status}: ${await response.text()}`);
    }
  }

  /** Ends the emulator with all of its processes and removes its scratch directory. May be called again. */
  public async stop(): Promise<void> {
    this.server.stdin?.destroy();
    signalGroup(this.server.pid, 'SIGTERM');
    await Promise.race([this.exited, sleep(STOPPED_WITHIN_MILLISECONDS, undefined, { ref: false })]);
    signalGroup(this.server.pid, 'SIGKILL');
    await this.exited;
    fs.rmSync(this.directory, { recursive: true, force: true });
  }

  private async waitUntilReady(endpointFile: string): Promise<void> {
    const deadline = Date.now() + READY_WITHIN_MILLISECONDS;
    while (Date.now() < deadline) {
      if (this.server.exitCode !== null || this.server.pid === undefined) {
        throw new Error(`its process ended with exit code ${this.server.exitCode}`);
      }
      if (this.port === undefined && fs.existsSync(endpointFile)) {
        this.port = (JSON.parse(fs.readFileSync(endpointFile, 'utf8')) as { port: number }).port;
      }
      if (this.port !== undefined && (await answers(`${this.endpoint}/_ministack/ready`))) {
        return;
      }
      await sleep(POLL_MILLISECONDS);
    }
    throw new Error(`it did not answer within ${READY_WITHIN_MILLISECONDS / 1000} s`);
  }
}

async function answers(url: string): Promise<boolean> {
  try {
    return (await fetch(url, { signal: AbortSignal.timeout(1000) })).ok;
  } catch {
    return false;
  }
}

function serverEnvironment(directory: string): NodeJS.ProcessEnv {
  return {
    PATH: process.env.PATH,
    HOME: directory,
    TMPDIR: directory,
    PYTHONUNBUFFERED: '1',
    PYTHONDONTWRITEBYTECODE: '1',
    MINISTACK_ACCOUNT_ID: LOCAL_ACCOUNT,
    MINISTACK_REGION: LOCAL_REGION,
    MINISTACK_HOST: '127.0.0.1',
    AWS_ACCESS_KEY_ID: 'testing',
    AWS_SECRET_ACCESS_KEY: 'testing',
    IOT_MTLS_ENABLED: '0',
    SFTP_ENABLED: '0',
    LAMBDA_EXECUTOR: 'local',
    S3_DATA_DIR: path.join(directory, 's3'),
    STATE_DIR: path.join(directory, 'state'),
    // Without this, ministack removes containers of other ministacks from the user's Docker when it starts.
    DOCKER_HOST: `unix://${path.join(directory, 'no-docker.sock')}`,
  };
}

function withoutAws(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const reaching = /^(AWS_|CDK_|(https?|no|all)_proxy$)/i;
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !reaching.test(name)));
}

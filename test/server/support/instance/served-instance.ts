import { once } from 'node:events';
import { createServer, IncomingMessage, request, Server } from 'node:http';
import { AddressInfo } from 'node:net';
import { availableParallelism } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { InferenceRuntime, ProcessPlacement } from '../../../../lib';
import { CRASH_METRIC, FLEET_TAG } from '../../../../lib/image/private/instance-metrics';
import { LocalMetadata } from '../../../../scripts/local-metadata/local-metadata';
import { freePorts } from '../../../support/free-ports';
import { metricSample } from '../metric-sample';
import { BootedInstance, ProcessSample } from './booted-instance';
import { writeInstance } from './instance-files';

export interface ServedInstanceOptions {
  /** An empty directory. */
  readonly directory: string;
  /** Directory of the built server. */
  readonly server: string;
  readonly model: string;
  readonly slotsPerProcess: number;
  /** Further arguments of the server. */
  readonly args: readonly string[];
}

/** As many processes as there are halves of the machine's cores: two, or one on a machine of one core. */
const PROCESSES = Math.min(2, availableParallelism());

/** Milliseconds until a process serves, after it was started again: 5 s by its unit, and the model's. */
const READY_MILLISECONDS = 60_000;

/** What the instance finds outside of itself. */
interface Outside {
  readonly metadata: LocalMetadata;
  /** Takes what the program of the AWS command line was called with, into `published`. */
  readonly aws: Server;
  readonly published: readonly string[];
}

/** An instance that serves the model: the real units, programs, systemd and HAProxy, on this machine's network. */
export class ServedInstance {
  /** @throws BootRefused when this machine cannot boot one */
  public static async start(options: ServedInstanceOptions): Promise<ServedInstance> {
    const ports = await freePorts(PROCESSES + 1);
    const metadata = await LocalMetadata.start({
      ...{ instanceId: 'i-0123456789abcdef0', region: 'eu-central-1' },
      tags: { [FLEET_TAG]: 'Load' },
    });
    const published: string[] = [];
    const aws = await listenToAws(published);
    const environment = {
      AWS_EC2_METADATA_SERVICE_ENDPOINT: metadata.endpoint,
      GRAVITON_TEST_AWS: `http://127.0.0.1:${(aws.address() as AddressInfo).port}`,
    };
    const outside = { metadata, aws, published };
    let machine: BootedInstance | undefined;
    try {
      const files = writeInstance(options.directory, {
        ...{ runtime: runtimeOf(options, ports + PROCESSES), firstProcessPort: ports, environment },
        ...{ server: options.server, model: options.model },
      });
      machine = await BootedInstance.boot(files);
      const instance = new ServedInstance(machine, ports, outside);
      await instance.awaitReady();
      return instance;
    } catch (error) {
      await endAll(outside, machine);
      throw error;
    }
  }

  public readonly units = Array.from({ length: PROCESSES }, (_, index) => `inference-runtime@${index}.service`);
  /** The port of the instance. */
  public readonly port: number;

  private constructor(
    private readonly machine: BootedInstance,
    private readonly firstProcessPort: number,
    private readonly outside: Outside,
  ) {
    this.port = firstProcessPort + PROCESSES;
  }

  /** Crashes that were reported as a metric. */
  public get reportedCrashes(): number {
    return this.outside.published.filter((words) => words.includes(`"MetricName": "${CRASH_METRIC}"`)).length;
  }

  /** Ends a process at once, as the kernel does when memory is out. */
  public async kill(index: number): Promise<void> {
    await this.machine.kill(await this.machine.mainProcess(this.units[index]));
  }

  /** systemctl of the instance. */
  public systemctl(...args: string[]): Promise<string> {
    return this.machine.systemctl(...args);
  }

  /** What a unit has logged. */
  public async log(unit: string): Promise<string> {
    const [name, number] = unit.replace('.service', '').split('@');
    return (await this.machine.run('cat', `/run/${name}-${number ?? ''}.log`)).stdout.toString();
  }

  /** The processes of the server and of HAProxy, by unit. */
  public async sample(): Promise<ReadonlyMap<string, readonly ProcessSample[]>> {
    const units = [...this.units, 'inference-proxy.service'];
    const pids = await Promise.all(units.map((unit) => this.machine.processes(unit)));
    const samples = await this.machine.sample(pids.flat());
    return new Map(units.map((unit, index) => [unit, samples.filter(({ pid }) => pids[index].includes(pid))]));
  }

  /** A number of a process's metrics. */
  public async metric(index: number, name: string): Promise<number> {
    const page = (await get(`${this.url(index)}/metrics`)).body;
    return metricSample(page, name);
  }

  /** Waits until every process serves, and HAProxy knows. @throws Error when that takes too long */
  public async awaitReady(): Promise<void> {
    const urls = [...this.units.map((_, index) => this.url(index)), `http://127.0.0.1:${this.port}`];
    const deadline = Date.now() + READY_MILLISECONDS;
    for (const url of urls) {
      while (!(await isReady(url))) {
        if (Date.now() > deadline) {
          const logs = await Promise.all([...this.units, 'inference-proxy.service'].map((unit) => this.log(unit)));
          throw new Error(`${url} does not become ready: ${logs.join('\n').slice(-2000)}`);
        }
        await sleep(200);
      }
    }
  }

  public end(): Promise<void> {
    return endAll(this.outside, this.machine);
  }

  private url(index: number): string {
    return `http://127.0.0.1:${this.firstProcessPort + index}`;
  }
}

async function endAll({ metadata, aws }: Outside, machine?: BootedInstance): Promise<void> {
  await machine?.end();
  await metadata.stop();
  aws.close();
}

function runtimeOf({ slotsPerProcess, args }: ServedInstanceOptions, port: number): InferenceRuntime {
  const variables = ['host', 'port', 'threads', 'slots'].flatMap((name) => [
    `--${name}`,
    `\${INFERENCE_${name.toUpperCase()}}`,
  ]);
  return InferenceRuntime.systemd({
    command: [
      ...['/usr/bin/node-22', '/opt/graviton/server/graviton-server.js'],
      ...['--model', '/var/lib/graviton/model/model.gguf', '--cores', '${INFERENCE_CPUS}'],
      ...variables,
      ...args,
    ],
    ...{ port, slotsPerProcess, healthPath: '/health/ready', metricsPath: '/metrics' },
    placement: ProcessPlacement.perCores(Math.ceil(availableParallelism() / PROCESSES)),
  });
}

async function isReady(url: string): Promise<boolean> {
  return get(`${url}/health/ready`).then(
    ({ status }) => status === 200,
    () => false,
  );
}

/** By a connection of its own, which counts among no open files later. */
async function get(url: string): Promise<{ status: number; body: string }> {
  const outgoing = request(url, { agent: false }).end();
  const [response] = (await once(outgoing, 'response')) as [IncomingMessage];
  let body = '';
  for await (const part of response.setEncoding('utf8')) {
    body += part as string;
  }
  return { status: response.statusCode!, body };
}

/** Takes what the program of the AWS command line was called with. */
async function listenToAws(published: string[]): Promise<Server> {
  const server = createServer((request, response) => {
    let words = '';
    request.setEncoding('utf8').on('data', (part: string) => (words += part));
    request.on('end', () => {
      published.push(words);
      response.end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

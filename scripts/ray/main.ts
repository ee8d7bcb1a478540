import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Instance } from '@aws-sdk/client-ec2';
import { FleetCapacity } from '../../lib';
import { RecordedAutoScaling } from '../../test/instance/support/recorded-auto-scaling';
import { LocalMetadata } from '../local-metadata/local-metadata';
import { LocalEc2 } from './local-ec2';
import { InstanceProgram } from './node-process';
import { rayEnvironment } from './ray-environment';
import { NodeFile, synthesizedNodes, SynthesizedNodes } from './synthesized-nodes';

const REGION = 'us-east-1';
/** Of both nodes: Ray takes no loopback address where the machine has another. */
const ADDRESS = ownAddress();

/** The node that launches the others. */
interface Head {
  readonly instanceId: string;
  readonly program: InstanceProgram;
  readonly metadata: LocalMetadata;
}

/** Runs a synthesized cluster with real Ray: the nodes are processes here, and EC2 is moto. */
class RayCheck {
  private readonly directory = fs.mkdtempSync(path.join(os.tmpdir(), 'ray-check-'));
  private readonly metadata: LocalMetadata[] = [];
  private readonly programs: InstanceProgram[] = [];

  public constructor(
    private readonly environment: string,
    private readonly ec2: LocalEc2,
    private readonly autoScaling: RecordedAutoScaling,
    private readonly nodes: SynthesizedNodes,
    private readonly subnetId: string,
  ) {}

  public async run(): Promise<void> {
    const stray = await this.ec2.launch(this.nodes.clusterName, 'worker', this.subnetId);
    const head = await this.startHead();
    say('the head ends the worker of an earlier one', (await this.without(stray)) === true);
    say('the head runs alone', (await this.runningWorkers()) === undefined);

    const job = this.startJob('first');
    const [worker] = await this.until('Ray launches a worker', () => this.runningWorkers());
    describeWorker(worker);
    const workerMetadata = await this.startWorker(worker);
    await this.until('the job ends', () => (job.hasEnded ? true : undefined));
    say(
      `a task that wants 16 CPUs ran on the worker: ${job.log.trim().split('\n').at(-1)}`,
      /on spot/.test(job.log),
      this.logs,
    );

    workerMetadata.announceSpotInterruption(new Date(Date.now() + 120_000));
    const drain = this.start('ray-drain', 'worker', workerMetadata);
    say('ray-drain drains the interrupted worker', (await drain.ended()) === 0, drain.log);
    await this.until('Ray terminates the drained worker', () => this.without(worker.InstanceId!));

    const second = this.startJob('second');
    const [other] = await this.until('Ray launches another worker', () => this.runningWorkers());
    this.autoScaling.activateHook(head.instanceId);
    head.metadata.announceTermination();
    fs.writeFileSync(path.join(this.directory, 'head', 'systemctl'), '#!/bin/sh\ntouch stopped\n', { mode: 0o755 });
    const retire = this.start('ray-retire', 'head', head.metadata, this.nodes.retire);
    await this.until(
      'ray-retire stops Ray',
      () => fs.existsSync(path.join(this.directory, 'head', 'stopped')) || undefined,
    );
    await Promise.all([head.program.kill(), second.kill()]);
    say('ray-retire ends with the last worker', (await retire.ended()) === 0, retire.log);
    say('no worker outlives its head', (await this.without(other.InstanceId!)) === true);
    say('the lifecycle hook of the head is completed', this.autoScaling.isCompleted(head.instanceId));
  }

  public async end(): Promise<void> {
    await Promise.all(this.programs.map((program) => program.kill()));
    await Promise.all(this.metadata.map((metadata) => metadata.stop()));
    fs.rmSync(this.directory, { recursive: true, force: true });
  }

  private get logs(): string {
    return this.programs.map((program) => program.log).join('\n--\n');
  }

  private async startHead(): Promise<Head> {
    const instanceId = await this.ec2.launch(this.nodes.clusterName, 'head', this.subnetId);
    const tags = { 'ray-user-node-type': 'head' };
    const metadata = await this.startMetadata({
      ...{ instanceId, region: REGION, localIpv4: ADDRESS, tags },
      autoScalingGroupName: 'head-group',
    });
    const program = this.start('ray-node', 'head', metadata, small(this.nodes.head));
    await this.until('the head answers', () => {
      if (program.hasEnded) {
        throw new Error(`the head ended:\n${program.log}`);
      }
      return /Ray runtime started/.test(program.log) || undefined;
    });
    return { instanceId, program, metadata };
  }

  private async startWorker({ InstanceId: instanceId, Tags: tags = [] }: Instance): Promise<LocalMetadata> {
    const metadata = await this.startMetadata({
      ...{ instanceId: instanceId!, region: REGION, localIpv4: ADDRESS },
      tags: Object.fromEntries(tags.map(({ Key: key, Value: value }) => [key!, value!])),
    });
    this.start('ray-node', 'worker', metadata, onSameMachine(small(this.nodes.worker)));
    return metadata;
  }

  private startJob(name: string): InstanceProgram {
    const file = path.join(this.directory, `${name}.py`);
    fs.writeFileSync(file, JOB);
    return this.remember(
      InstanceProgram.start(file.replace(/\.py$/, ''), {
        environment: this.environment,
        metadata: this.metadata[0],
        directory: path.join(this.directory, 'jobs'),
        variables: {},
      }),
    );
  }

  private start(name: string, node: string, metadata: LocalMetadata, configuration?: object): InstanceProgram {
    const { environment, ec2, autoScaling } = this;
    return this.remember(
      InstanceProgram.start(name, {
        ...{ environment, metadata, configuration },
        directory: path.join(this.directory, node),
        variables: {
          AWS_ENDPOINT_URL_EC2: ec2.endpoint,
          AWS_ENDPOINT_URL_AUTO_SCALING: autoScaling.endpoint,
          AWS_ACCESS_KEY_ID: 'testing',
          AWS_SECRET_ACCESS_KEY: 'testing',
        },
      }),
    );
  }

  private remember(program: InstanceProgram): InstanceProgram {
    this.programs.push(program);
    return program;
  }

  private async startMetadata(options: Parameters<typeof LocalMetadata.start>[0]): Promise<LocalMetadata> {
    const metadata = await LocalMetadata.start(options);
    this.metadata.push(metadata);
    return metadata;
  }

  private async runningWorkers(): Promise<Instance[] | undefined> {
    const workers = await this.ec2.workers(this.nodes.clusterName);
    const running = workers.filter(({ State: state }) => state?.Name === 'running');
    return running.length > 0 ? running : undefined;
  }

  private async without(instanceId: string): Promise<true | undefined> {
    const running = (await this.runningWorkers()) ?? [];
    return running.every(({ InstanceId: id }) => id !== instanceId) || undefined;
  }

  private async until<T>(what: string, look: () => T | undefined | Promise<T | undefined>): Promise<T> {
    const start = Date.now();
    while (Date.now() - start < 180_000) {
      const found = await look();
      if (found !== undefined) {
        say(`${what} (${((Date.now() - start) / 1000).toFixed(0)} s)`, true);
        return found;
      }
      await sleep(500);
    }
    throw new Error(`not within three minutes: ${what}\n${this.logs}`);
  }
}

/** A task that only a worker can run: the head has no CPUs. */
const JOB = `
import os, ray
ray.init(address="${ADDRESS}:6379", log_to_driver=False)
where = ray.remote(num_cpus=16)(lambda: os.environ["RAY_NODE_TYPE_NAME"])
print("on", ray.get(where.remote(), timeout=60))
`;

/** A store of objects that suits a machine of any size. */
function small(node: NodeFile): NodeFile {
  return { ...node, arguments: [...node.arguments, '--object-store-memory=100000000'] };
}

/** A node of its own on the machine of the head: other ports. */
function onSameMachine(node: NodeFile): NodeFile {
  const moved = node.arguments.map((argument) =>
    argument.replace(/=63(\d\d)$/, '=73$1').replace('--min-worker-port=10002', '--min-worker-port=15000'),
  );
  return { ...node, arguments: moved };
}

function describeWorker(worker: Instance): void {
  const tag = (name: string) => worker.Tags?.find(({ Key: key }) => key === name)?.Value;
  say(`it is a ${worker.InstanceType} as ${tag('ray-user-node-type')}`, worker.InstanceType === 'm9g.4xlarge');
  say('it knows the address of the head by a tag', tag('ray-head-address') === ADDRESS);
  say('it is a Spot Instance', worker.InstanceLifecycle === 'spot');
}

/** Ray's own validation of every kind of capacity. */
function validate(environment: string, capacities: readonly FleetCapacity[], surroundings: object): void {
  for (const capacity of capacities) {
    const { head } = synthesizedNodes(capacity, surroundings as Parameters<typeof synthesizedNodes>[1]);
    const { status, stdout, stderr } = spawnSync(path.join(environment, 'bin', 'python'), ['-c', VALIDATE], {
      input: JSON.stringify(head.autoscaler),
      encoding: 'utf8',
    });
    say(`Ray accepts ${stdout.trim()}`, status === 0, stderr);
  }
}

const VALIDATE = `
import json, sys
from ray.autoscaler.v2.instance_manager.config import AutoscalingConfig
config = AutoscalingConfig(json.load(sys.stdin), skip_content_hash=True)
types = config.get_node_type_configs()
assert config.disable_node_updaters() and config.disable_launch_config_check()
print(", ".join(f"{n} {t.min_worker_nodes}-{t.max_worker_nodes}" for n, t in types.items()), "of", config.get_max_num_worker_nodes())
`;

function say(text: string, holds: boolean, detail = ''): void {
  process.stdout.write(`${holds ? 'ok  ' : 'FAIL'} ${text}\n${holds ? '' : detail}`);
  if (!holds) {
    process.exitCode = 1;
  }
}

function ownAddress(): string {
  const addresses = Object.values(os.networkInterfaces()).flatMap((found) => found ?? []);
  return addresses.find(({ family, internal }) => family === 'IPv4' && !internal)?.address ?? '127.0.0.1';
}

async function main(): Promise<void> {
  const environment = await rayEnvironment();
  const ec2 = await LocalEc2.start(environment);
  const autoScaling = await RecordedAutoScaling.start();
  try {
    const surroundings = { ...(await ec2.createNetwork()), launchTemplateId: await ec2.createLaunchTemplate() };
    const spot = { instanceTypes: ['m9g.4xlarge', 'm8g.8xlarge'], minInstances: 0, maxInstances: 10 };
    const capacity = FleetCapacity.spotFirst(spot);
    validate(
      environment,
      [
        capacity,
        FleetCapacity.spotFirst({ ...spot, onDemandBase: 2 }),
        FleetCapacity.onDemand(spot),
        FleetCapacity.mixedGenerations({ instanceTypes: ['c9g.2xlarge'] }),
      ],
      surroundings,
    );
    const nodes = synthesizedNodes(capacity, surroundings);
    const check = new RayCheck(environment, ec2, autoScaling, nodes, surroundings.subnetId);
    try {
      await check.run();
    } finally {
      await check.end();
    }
  } finally {
    await ec2.stop();
    await autoScaling.stop();
  }
}

void main();

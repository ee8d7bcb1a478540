import { spawn } from 'node:child_process';
import { once } from 'node:events';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { LocalMetadata, LocalMetadataOptions } from '../../scripts/local-metadata/local-metadata';
import { onInstance } from '../support/on-instance';
import { useScratchDirectory } from '../support/scratch-directory';

/** Stands in for AWS: writes down each call, and gives one worker of this head and one of another until they end. */
const BOTO3 = `
import json, os
ENDED = set()
def say(*words):
    with open(os.environ["CALLS"], "a") as file:
        file.write(json.dumps(words) + "\\n")
class Client:
    def get_paginator(self, name):
        return self
    def paginate(self, Filters):
        workers = [("i-ours", "10.0.0.5"), ("i-other", "10.0.0.9")]
        left = [{"InstanceId": i, "Tags": [{"Key": "ray-head-address", "Value": a}]} for i, a in workers if i not in ENDED]
        say("describe", sorted(f["Name"] + "=" + ",".join(f["Values"]) for f in Filters)[-2:])
        return [{"Reservations": [{"Instances": left}]}]
    def terminate_instances(self, InstanceIds):
        say("terminate", InstanceIds)
        ENDED.update(InstanceIds)
    def complete_lifecycle_action(self, **parameters):
        say("complete", parameters)
def client(name, region_name):
    say("client", name, region_name)
    return Client()
`;

/** Stands in for Ray's Python package on a worker. */
const RAY = `
def init(address, log_to_driver): pass
def shutdown(): pass
def nodes():
    return [
        {"NodeID": "old", "NodeName": "i-0", "Alive": False},
        {"NodeID": "head", "NodeName": "i-head", "Alive": True},
        {"NodeID": "this", "NodeName": "i-0", "Alive": True},
    ]
`;

const scratch = useScratchDirectory();
const open: LocalMetadata[] = [];
afterEach(() => Promise.all(open.splice(0).map((metadata) => metadata.stop())));

async function metadataOf(options: Partial<LocalMetadataOptions>): Promise<LocalMetadata> {
  const metadata = await LocalMetadata.start({ instanceId: 'i-0', region: 'eu-west-1', ...options });
  open.push(metadata);
  return metadata;
}

interface Run {
  readonly directory: string;
  readonly status: number | null;
  readonly output: string;
  /** What AWS was asked. */
  readonly calls: unknown[][];
}

/** Runs a program beside a `ray` that says how it was called. */
async function run(program: string, metadata: LocalMetadata, configuration: object = {}): Promise<Run> {
  const directory = scratch();
  fs.mkdirSync(directory);
  fs.symlinkSync('/usr/bin/python3', path.join(directory, 'python'));
  fs.writeFileSync(path.join(directory, 'boto3.py'), BOTO3);
  fs.writeFileSync(path.join(directory, 'ray.py'), RAY);
  fs.writeFileSync(path.join(directory, 'configuration.json'), JSON.stringify(configuration));
  const say = '#!/bin/bash\nprintf "%s\\n" "$@"; env | grep ^RAY_ | sort\n';
  fs.writeFileSync(path.join(directory, 'ray'), say, { mode: 0o755 });
  fs.writeFileSync(path.join(directory, 'systemctl'), '#!/bin/bash\necho systemctl "$@"\n', { mode: 0o755 });
  const calls = path.join(directory, 'calls');
  const args = [onInstance(`${program}.py`), ...(program === 'ray-drain' ? [] : ['configuration.json'])];
  const child = spawn(path.join(directory, 'python'), args, {
    cwd: directory,
    env: {
      PATH: `${directory}:/usr/bin:/bin`,
      PYTHONPATH: directory,
      PYTHONDONTWRITEBYTECODE: '1',
      RUNTIME_DIRECTORY: directory,
      AWS_EC2_METADATA_SERVICE_ENDPOINT: metadata.endpoint,
      GRAVITON_POLL_SECONDS: '0.05',
      CALLS: calls,
    },
  });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const [status] = (await once(child, 'close')) as [number | null];
  const lines = fs.existsSync(calls) ? fs.readFileSync(calls, 'utf8').trim().split('\n') : [];
  return { directory, status, output, calls: lines.map((line) => JSON.parse(line) as unknown[]) };
}

const NODE = { port: 6379, arguments: ['--node-manager-port=6380'] };

test('a worker joins the head of its tag, with what the autoscaler expects of its type', async () => {
  const tags = { 'ray-user-node-type': 'spot.m9g.4xlarge', 'ray-head-address': '10.0.0.5' };
  const metadata = await metadataOf({ localIpv4: '10.0.0.7', tags });
  const resources = { 'spot.m9g.4xlarge': { CPU: 16, memory: 7 }, 'spot.m8g.large': { CPU: 2, memory: 1 } };
  const { status, output, calls } = await run('ray-node', metadata, { ...NODE, resources });
  expect([status, calls]).toEqual([0, []]);
  expect(output.trim().split('\n')).toEqual([
    'start',
    '--block',
    '--node-ip-address=10.0.0.7',
    '--node-name=i-0',
    '--address=10.0.0.5:6379',
    '--node-manager-port=6380',
    'RAY_CLOUD_INSTANCE_ID=i-0',
    'RAY_NODE_TYPE_NAME=spot.m9g.4xlarge',
    'RAY_OVERRIDE_RESOURCES={"CPU": 16, "memory": 7}',
    'RAY_USAGE_STATS_ENABLED=0',
    'RAY_enable_autoscaler_v2=1',
  ]);
});

test('a worker without the tags of Ray fails, so that its unit tries again', async () => {
  const { status, output } = await run('ray-node', await metadataOf({ localIpv4: '10.0.0.7' }), NODE);
  expect(status).not.toBe(0);
  expect(output).toContain('404');
});

test('a head ends the workers of an earlier one, and has its address put on its own', async () => {
  const metadata = await metadataOf({ localIpv4: '10.0.0.5', tags: { 'ray-user-node-type': 'head' } });
  const autoscaler = {
    cluster_name: 'rollouts',
    provider: { region: 'eu-west-1' },
    head_node_type: 'head',
    available_node_types: { head: { node_config: {} }, spot: { node_config: { InstanceType: 'm9g.large' } } },
  };
  const configuration = { ...NODE, resources: { head: { CPU: 0 } }, environment: { RAY_X: '1' }, autoscaler };
  const { directory, status, output, calls } = await run('ray-node', metadata, configuration);
  expect(status, output).toBe(0);
  expect(calls.slice(1)).toEqual([
    ['describe', ['tag:ray-cluster-name=rollouts', 'tag:ray-node-type=worker']],
    ['terminate', ['i-other']],
  ]);
  const written = JSON.parse(fs.readFileSync(path.join(directory, 'autoscaler.json'), 'utf8')) as typeof autoscaler;
  expect(written.available_node_types).toEqual({
    head: { node_config: {} },
    spot: {
      node_config: {
        InstanceType: 'm9g.large',
        TagSpecifications: [{ ResourceType: 'instance', Tags: [{ Key: 'ray-head-address', Value: '10.0.0.5' }] }],
      },
    },
  });
  expect(output).toContain(`--head\n--port=6379\n--autoscaling-config=${directory}/autoscaler.json\n`);
  expect(output).toContain('RAY_X=1');
});

test('a worker that Spot takes back is drained, and no other node', async () => {
  const metadata = await metadataOf({});
  metadata.refuse(2);
  setTimeout(() => metadata.announceSpotInterruption(new Date(Date.now() + 120_000)), 300);
  const { status, output } = await run('ray-drain', metadata);
  expect(status, output).toBe(0);
  expect(output).toContain('drain-node\n--node-id=this\n--reason=DRAIN_NODE_REASON_PREEMPTION\n');
  const [, left] = /--deadline-remaining-seconds=(\d+)/.exec(output)!;
  expect(Number(left)).toBeGreaterThan(100);
  expect(Number(left)).toBeLessThanOrEqual(120);
});

test('a head that must go stops Ray, ends every worker, and says so last', async () => {
  const metadata = await metadataOf({ autoScalingGroupName: 'heads' });
  setTimeout(() => metadata.announceTermination(), 300);
  const configuration = { clusterName: 'rollouts', lifecycleHookName: 'retire', retireSeconds: 5 };
  const { status, output, calls } = await run('ray-retire', metadata, configuration);
  expect(status, output).toBe(0);
  expect(output).toContain('systemctl stop graviton-ray.service');
  expect(calls.map(([what]) => what)).toEqual(['client', 'describe', 'terminate', 'describe', 'client', 'complete']);
  expect(calls[2][1]).toEqual(['i-ours', 'i-other']);
  expect(calls[5][1]).toEqual({
    AutoScalingGroupName: 'heads',
    LifecycleHookName: 'retire',
    InstanceId: 'i-0',
    LifecycleActionResult: 'CONTINUE',
  });
});

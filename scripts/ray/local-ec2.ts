import { ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import * as net from 'node:net';
import * as path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  CreateLaunchTemplateCommand,
  CreateSubnetCommand,
  CreateVpcCommand,
  DescribeInstancesCommand,
  EC2Client,
  Instance,
  RunInstancesCommand,
} from '@aws-sdk/client-ec2';

const REGION = 'us-east-1';

/** EC2 on loopback, by moto: it takes the calls that Ray makes, and keeps instances that never boot. */
export class LocalEc2 {
  public static async start(environment: string): Promise<LocalEc2> {
    const port = await freePort();
    const server = spawn(path.join(environment, 'bin', 'moto_server'), ['-H', '127.0.0.1', '-p', `${port}`], {
      stdio: 'ignore',
    });
    const ec2 = new LocalEc2(server, `http://127.0.0.1:${port}`);
    await ec2.untilReady();
    return ec2;
  }

  private readonly client: EC2Client;

  private constructor(
    private readonly server: ChildProcess,
    public readonly endpoint: string,
  ) {
    const credentials = { accessKeyId: 'testing', secretAccessKey: 'testing' };
    this.client = new EC2Client({ endpoint, region: REGION, credentials });
  }

  /** A network with a subnet. */
  public async createNetwork(): Promise<{ vpcId: string; subnetId: string }> {
    const { Vpc: vpc } = await this.client.send(new CreateVpcCommand({ CidrBlock: '10.0.0.0/16' }));
    const subnet = new CreateSubnetCommand({ VpcId: vpc!.VpcId, CidrBlock: '10.0.0.0/24' });
    return { vpcId: vpc!.VpcId!, subnetId: (await this.client.send(subnet)).Subnet!.SubnetId! };
  }

  /** A launch template like that of the workers. @returns its id */
  public async createLaunchTemplate(): Promise<string> {
    const { LaunchTemplate: template } = await this.client.send(
      new CreateLaunchTemplateCommand({
        LaunchTemplateName: 'workers',
        LaunchTemplateData: { ImageId: 'ami-12c6146b', MetadataOptions: { HttpTokens: 'required' } },
      }),
    );
    return template!.LaunchTemplateId!;
  }

  /** A node that Ray does not launch itself. @returns its id */
  public async launch(clusterName: string, kind: 'head' | 'worker', subnetId: string): Promise<string> {
    const tags = { 'ray-cluster-name': clusterName, 'ray-node-type': kind, 'ray-user-node-type': kind };
    const { Instances: instances } = await this.client.send(
      new RunInstancesCommand({
        ImageId: 'ami-12c6146b',
        InstanceType: 'm8g.xlarge',
        SubnetId: subnetId,
        MinCount: 1,
        MaxCount: 1,
        TagSpecifications: [
          { ResourceType: 'instance', Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })) },
        ],
      }),
    );
    return instances![0].InstanceId!;
  }

  /** The workers of a cluster, ended ones included. */
  public async workers(clusterName: string): Promise<Instance[]> {
    const { Reservations: reservations } = await this.client.send(
      new DescribeInstancesCommand({
        Filters: [
          { Name: 'tag:ray-cluster-name', Values: [clusterName] },
          { Name: 'tag:ray-node-type', Values: ['worker'] },
        ],
      }),
    );
    return (reservations ?? []).flatMap(({ Instances: instances }) => instances ?? []);
  }

  public async stop(): Promise<void> {
    this.server.kill('SIGKILL');
    await once(this.server, 'exit');
  }

  private async untilReady(): Promise<void> {
    for (let attempt = 0; attempt < 120; attempt += 1) {
      if (await fetch(`${this.endpoint}/moto-api/`).catch(() => undefined)) {
        return;
      }
      await sleep(500);
    }
    throw new Error('moto did not answer within a minute');
  }
}

async function freePort(): Promise<number> {
  const server = net.createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as net.AddressInfo;
  server.close();
  return port;
}

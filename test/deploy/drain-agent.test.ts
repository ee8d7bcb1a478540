import * as fs from 'node:fs';
import * as path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  CreateTargetGroupCommand,
  DescribeTargetHealthCommand,
  ElasticLoadBalancingV2Client,
  RegisterTargetsCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildInstancePrograms } from '../../scripts/build-instance-programs';
import { LocalAws } from '../../scripts/local-aws/local-aws';
import { InstanceUnderTest, REGION } from '../instance/support/instance-under-test';
import { RecordedAutoScaling } from '../instance/support/recorded-auto-scaling';
import { Answer, StreamingRuntime } from '../instance/support/streaming-runtime';
import { useScratchDirectory } from '../support/scratch-directory';

const ANSWER_MILLISECONDS = 600;

// The target group is the emulator's, which forwards nothing: the test asks it whether the target is in, as a load
// balancer would know, before it sends a request.
describe('the drain agent behind a load balancer', () => {
  const scratch = useScratchDirectory();
  let localAws: LocalAws;
  let autoScaling: RecordedAutoScaling;
  let client: ElasticLoadBalancingV2Client;

  beforeAll(async () => {
    [localAws, autoScaling] = await Promise.all([LocalAws.start(), RecordedAutoScaling.start()]);
    const credentials = { accessKeyId: 'testing', secretAccessKey: 'testing' };
    client = new ElasticLoadBalancingV2Client({ endpoint: localAws.endpoint, region: REGION, credentials });
  });
  afterAll(() => Promise.all([localAws?.stop(), autoScaling?.stop()]));

  test('leaves its target group on a Spot notice before it calls itself not ready, so that no request fails', async () => {
    const programs = scratch();
    await buildInstancePrograms(programs);
    const runtime = await StreamingRuntime.start(ANSWER_MILLISECONDS);
    const instance = await InstanceUnderTest.launch('i-0123456789abcdef0', scratch(), autoScaling);
    const group = new CreateTargetGroupCommand({ Name: 'drained', Port: 80, Protocol: 'HTTP', VpcId: 'vpc-1' });
    const TargetGroupArn = (await client.send(group)).TargetGroups![0].TargetGroupArn!;
    const Targets = [{ Id: instance.instanceId }, { Id: 'i-0fedcba9876543210' }];
    await client.send(new RegisterTargetsCommand({ TargetGroupArn, Targets }));
    const registered = async () => {
      const health = await client.send(new DescribeTargetHealthCommand({ TargetGroupArn }));
      return health.TargetHealthDescriptions!.map(({ Target }) => Target!.Id);
    };

    fs.mkdirSync(instance.directory, { recursive: true });
    const runtimeFile = path.join(instance.directory, 'runtime.json');
    fs.writeFileSync(runtimeFile, JSON.stringify(runtime.contract()));
    const configuration = {
      targetGroupArns: [TargetGroupArn],
      runtimeFile,
      stateDirectory: path.join(instance.directory, 'run'),
      pollSeconds: 0.1,
      settleSeconds: 0.3,
    };
    const environment = { AWS_ENDPOINT_URL: localAws.endpoint };
    const agent = instance.start(path.join(programs, 'drain-agent.js'), configuration, environment);
    await agent.until('started', 30_000);

    const answers: Promise<Answer>[] = [];
    let announced = false;
    while ((await registered()).includes(instance.instanceId)) {
      answers.push(runtime.ask());
      if (answers.length > 5 && !announced) {
        announced = true;
        instance.metadata.announceSpotInterruption(new Date(Date.now() + 120_000));
      }
      await sleep(20);
    }
    expect((await Promise.all(answers)).every(({ complete }) => complete)).toBe(true);
    await agent.until('drained', 30_000);
    expect(await registered()).toEqual(['i-0fedcba9876543210']);
    const order = agent.lines.map(({ event }) => event);
    expect(order.indexOf('released-by-load-balancer')).toBeLessThan(order.indexOf('marked-not-ready'));
    await instance.end();
    await runtime.stop();
  });
});

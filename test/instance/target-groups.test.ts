import {
  DeregisterTargetsCommand,
  DescribeTargetHealthCommand,
  ElasticLoadBalancingV2Client,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { describe, expect, test } from 'vitest';
import { JsonLog } from '../../instance/common/json-log';
import { TargetGroups } from '../../instance/drain-agent/target-groups';

/** A load balancer that refuses some calls, as one does whose rate is used up, before it answers. */
function loadBalancer(refusals: number) {
  const sent: object[] = [];
  let refused = 0;
  const send = (command: object) => {
    sent.push(command);
    if (refused < refusals) {
      refused += 1;
      return Promise.reject(new Error('Rate exceeded'));
    }
    const TargetHealthDescriptions = [
      { Target: { Id: 'i-1', Port: 80 }, TargetHealth: { State: 'healthy' } },
      { Target: { Id: 'i-2', Port: 80 }, TargetHealth: { State: 'healthy' } },
    ];
    return Promise.resolve(command instanceof DescribeTargetHealthCommand ? { TargetHealthDescriptions } : {});
  };
  const client = { send } as unknown as ElasticLoadBalancingV2Client;
  return { sent, groups: new TargetGroups(client, ['arn:group'], 'i-1', new JsonLog('test')) };
}

describe('an instance that leaves its target groups', () => {
  test('tries again until it is out, and takes nobody else out', async () => {
    const { sent, groups } = loadBalancer(1);
    await groups.deregister(Date.now() + 10_000);
    const [, , last] = sent;
    expect(sent).toHaveLength(3);
    expect(last).toBeInstanceOf(DeregisterTargetsCommand);
    expect((last as DeregisterTargetsCommand).input).toEqual({
      TargetGroupArn: 'arn:group',
      Targets: [{ Id: 'i-1', Port: 80 }],
    });
  });

  test('gives up at the deadline', async () => {
    const { sent, groups } = loadBalancer(100);
    await groups.deregister(Date.now() + 1_000);
    expect(sent).toHaveLength(1);
  });
});

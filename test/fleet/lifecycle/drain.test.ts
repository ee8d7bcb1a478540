import * as fs from 'node:fs';
import { Duration } from 'aws-cdk-lib';
import { expect, test } from 'vitest';
import { readConfiguration } from '../../../instance/common/read-configuration';
import drainSchema from '../../../instance/drain-agent/drain-configuration.schema.json';
import { FleetDrain } from '../../../lib';
import { existingFleet, newStack } from '../../support/fleet-app';
import { useScratchDirectory } from '../../support/scratch-directory';
import { CloudFormationTemplate, Json, onlyResource, resourcesOf, templateOf } from '../../support/template';

const scratch = useScratchDirectory();

function fleetTemplate() {
  const stack = newStack();
  existingFleet(stack, { lifecycle: { drain: FleetDrain.within(Duration.seconds(90)) } });
  return templateOf(stack);
}

const GROUP = 'AWS::AutoScaling::AutoScalingGroup';
const TARGETS = 'AWS::ElasticLoadBalancingV2::TargetGroup';

test('the group keeps an instance until it is done, and no longer than the time-out', () => {
  const [, { Properties }] = onlyResource(fleetTemplate(), GROUP);
  expect(Properties.LifecycleHookSpecificationList).toEqual([
    {
      LifecycleHookName: 'drain',
      LifecycleTransition: 'autoscaling:EC2_INSTANCE_TERMINATING',
      HeartbeatTimeout: 130,
      DefaultResult: 'CONTINUE',
    },
  ]);
});

test('the instance may drain itself: in its own group and target group, and nowhere else', () => {
  const template = fleetTemplate();
  const [group] = onlyResource(template, GROUP);
  const [targets] = onlyResource(template, TARGETS);
  const [, policy] = resourcesOf(template, 'AWS::IAM::Policy').find(([id]) => id.includes('DrainPolicy'))!;
  expect(policy.Properties.Roles).toEqual([{ Ref: onlyResource(template, 'AWS::IAM::Role')[0] }]);
  expect(policy.Properties.PolicyDocument.Statement).toEqual([
    {
      Effect: 'Allow',
      Action: ['autoscaling:CompleteLifecycleAction', 'autoscaling:RecordLifecycleActionHeartbeat'],
      Resource: { 'Fn::GetAtt': [group, 'AutoScalingGroupARN'] },
    },
    { Effect: 'Allow', Action: 'elasticloadbalancing:DeregisterTargets', Resource: { Ref: targets } },
    { Effect: 'Allow', Action: 'elasticloadbalancing:DescribeTargetHealth', Resource: '*' },
  ]);
});

test('the instance knows its hook, its times and its target group', () => {
  const template = fleetTemplate();
  const [targets] = onlyResource(template, TARGETS);
  const [, file, json] = /^cat >(\S+) <<'END'\n(.*)\nEND$/m.exec(userDataOf(template))!;
  expect(file).toBe('/etc/graviton/drain.json');
  expect(JSON.parse(json)).toEqual({
    lifecycleHookName: 'drain',
    hookSeconds: 130,
    targetGroupArns: [`arn:${targets}`],
    // Until no new request comes, and until the longest of those that came is done.
    deregistrationSeconds: 10,
    drainSeconds: 100,
  });
});

test('the agent takes that configuration, and finds its group by the tag of the instance', () => {
  const template = fleetTemplate();
  const data = onlyResource(template, 'AWS::EC2::LaunchTemplate')[1].Properties.LaunchTemplateData;
  expect(data.MetadataOptions.InstanceMetadataTags).toBe('enabled');
  const [, json] = /^cat >\S+ <<'END'\n(.*)\nEND$/m.exec(userDataOf(template))!;
  const file = scratch();
  fs.writeFileSync(file, json);
  expect(readConfiguration(file, drainSchema)).toMatchObject({ drainSeconds: 100, lifecycleHookName: 'drain' });
});

test('the agent is started once its configuration is there, and a boot without it goes on', () => {
  const script = userDataOf(fleetTemplate());
  // Its order after the runtime is for the shutdown: an instance that must go while its model is still loaded has an agent.
  const mode = '--no-block --job-mode=ignore-dependencies';
  const start = `systemctl start ${mode} graviton-drain-agent.service || true`;
  expect(script.indexOf(start)).toBeGreaterThan(script.indexOf('\nEND\n'));
});

/** The script of the first boot, with ARNs in place of what is only known at deployment. */
function userDataOf(template: CloudFormationTemplate): string {
  const data = onlyResource(template, 'AWS::EC2::LaunchTemplate')[1].Properties.LaunchTemplateData;
  const parts: Json[] = data.UserData['Fn::Base64']['Fn::Join'][1];
  return parts.map((part) => (typeof part === 'string' ? part : `arn:${part.Ref}`)).join('');
}

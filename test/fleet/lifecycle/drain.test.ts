import { Duration } from 'aws-cdk-lib';
import { expect, test } from 'vitest';
import { FleetDrain } from '../../../lib';
import { existingFleet, newStack } from '../../support/fleet-app';
import { Json, onlyResource, resourcesOf, templateOf } from '../../support/template';

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
  const [[, policy]] = resourcesOf(template, 'AWS::IAM::Policy').filter(([id]) => id.includes('DrainPolicy'));
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
  const data = onlyResource(template, 'AWS::EC2::LaunchTemplate')[1].Properties.LaunchTemplateData;
  expect(data.MetadataOptions.InstanceMetadataTags).toBe('enabled');
  const parts: Json[] = data.UserData['Fn::Base64']['Fn::Join'][1];
  const script = parts.map((part) => (typeof part === 'string' ? part : `<${part.Ref}>`)).join('');
  const [, file, json] = /^cat >(\S+) <<'END'\n(.*)\nEND$/m.exec(script)!;
  expect(file).toBe('/etc/graviton/drain.json');
  expect(JSON.parse(json)).toEqual({
    lifecycleHookName: 'drain',
    hookSeconds: 130,
    targetGroupArns: [`<${targets}>`],
    // Until no new request comes, and until the longest of those that came is done.
    deregistrationSeconds: 10,
    drainSeconds: 100,
  });
});

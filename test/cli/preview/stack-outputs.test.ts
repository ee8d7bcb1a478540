import { expect, test } from 'vitest';
import { resolveIntrinsics } from '../../../lib/cli/preview/assembly/resolve-intrinsics';
import { ReadStack, StackOutputs } from '../../../lib/cli/preview/assembly/stack-outputs';
import { SimulatedSource } from '../../../lib/cli/preview/data/simulated-source';
import { MONDAY } from '../../support/series-source';

function stack(name: string, region: string, account: string): ReadStack {
  return {
    context: { name, stackName: 'Fleets', region, account, parameters: {}, mappings: {} },
    template: {
      Outputs: {
        Group: { Value: { Ref: 'Group1' }, Export: { Name: 'Fleets:Group' } },
        Arn: { Value: { 'Fn::GetAtt': ['Queue1', 'Arn'] } },
      },
    },
  };
}

const STACKS = [
  stack('East', 'us-east-1', '111111111111'),
  stack('West', 'us-west-2', '111111111111'),
  stack('Other', 'us-west-2', '222222222222'),
];
const READER = new StackOutputs(STACKS).seenFrom({
  ...{ stackName: 'Overview', region: 'us-east-1', account: '111111111111' },
  ...{ parameters: {}, mappings: {} },
});

const output = (rest: object) => ({ 'Fn::GetStackOutput': { StackName: 'Fleets', OutputName: 'Group', ...rest } });
const role = { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':iam::222222222222:role/reader']] };

test.each<[string, unknown, string]>([
  ['of the same region', output({}), '{East/Group1}'],
  ['of another region', output({ Region: 'us-west-2' }), '{West/Group1}'],
  ['of another account, by its role', output({ Region: 'us-west-2', RoleArn: role }), '{Other/Group1}'],
  ['of an attribute', output({ OutputName: 'Arn' }), '{East/Queue1.Arn}'],
  ['of a stack that is not there', output({ StackName: 'None' }), '{None.Group}'],
  ['of an output that is not there', output({ OutputName: 'None' }), '{Fleets.None}'],
  ['by an export of the same region and account', { 'Fn::ImportValue': 'Fleets:Group' }, '{East/Group1}'],
  ['by an export that is not there', { 'Fn::ImportValue': 'None' }, '{None}'],
])('an output %s', (_, value, expected) => {
  expect(resolveIntrinsics(value, READER)).toBe(expected);
});

test('groups with the same logical id in two stacks have data of their own', () => {
  const group = (name: string, MinSize: string) => ({
    ...{
      stack: name,
      region: 'us-east-1',
      logicalId: 'Group1',
      path: 'Group',
      properties: { MinSize, MaxSize: MinSize },
    },
    type: 'AWS::AutoScaling::AutoScalingGroup',
  });
  const source = new SimulatedSource(1, [group('East', '2'), group('West', '7')], MONDAY + 3600);
  const instances = (name: string) =>
    source.points(
      {
        ...{ namespace: 'AWS/AutoScaling', metricName: 'GroupInServiceInstances' },
        dimensions: { AutoScalingGroupName: name },
      },
      'Average',
      { start: MONDAY, period: 300, length: 1 },
    );
  expect([instances('{East/Group1}'), instances('{West/Group1}')]).toEqual([[2], [7]]);
});

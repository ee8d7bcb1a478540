import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { LocalAws } from '../../scripts/local-aws/local-aws';
import { StackReadBack } from '../../scripts/local-aws/stack-read-back';

type Resources = Record<string, { readonly Type: string; readonly Properties?: Record<string, unknown> }>;

const component = (version: string, command: string, name = 'kernels') => ({
  Type: 'AWS::ImageBuilder::Component',
  Properties: { Name: name, Version: version, Platform: 'Linux', Data: documentOf(command) },
});
const recipe = { Name: 'fleet', Version: '1.0.x', ParentImage: 'ami-0a12023d000000001' };
const alarm = { ComparisonOperator: 'GreaterThanThreshold', EvaluationPeriods: 1, Threshold: 1 };
const plainAlarm = { ...alarm, Namespace: 'AWS/EC2', MetricName: 'CPUUtilization', Period: 60, Statistic: 'Sum' };
const mathAlarm = { ...alarm, Metrics: [{ Id: 'one', Expression: '1 + 1' }] };

// What is said of Image Builder here is how CloudFormation sees it; nothing is built.
describe('resources that are recorded, not emulated', () => {
  let localAws: LocalAws;
  let count = 0;

  beforeAll(async () => {
    localAws = await LocalAws.start();
  });
  afterAll(() => localAws?.stop());

  const newName = () => `Recorded${++count}`;
  const put = async (name: string, resources: Resources, outputs = {}) => {
    const exists = name in (await localAws.stacks());
    const template = JSON.stringify({ Resources: resources, Outputs: outputs });
    await call(localAws, exists ? 'UpdateStack' : 'CreateStack', { StackName: name, TemplateBody: template });
    return settled(localAws, name);
  };
  const reasons = (name: string) => call(localAws, 'DescribeStackEvents', { StackName: name });

  test('have the attributes of their schema and say that they are recorded', async () => {
    const resources = {
      Address: { Type: 'AWS::EC2::EIP' },
      Pool: { Type: 'AWS::AutoScaling::WarmPool', Properties: { AutoScalingGroupName: 'group' } },
    };
    const stack = await put(newName(), resources, {
      Allocation: { Value: { 'Fn::GetAtt': ['Address', 'AllocationId'] } },
    });
    expect(stack.status).toBe('CREATE_COMPLETE');
    expect(stack.resources.Address).toMatchObject({ support: 'recorded' });
    expect(stack.resources.Address.physicalId).toMatch(/^203\.0\.113\.\d+$/);
    expect(stack.resources.Pool.physicalId).toBe('group');
    expect(stack.outputs.Allocation).toMatch(/^eipalloc-[0-9a-f]{17}$/);
  });

  test('fail for an attribute that the type does not have', async () => {
    const outputs = { Wrong: { Value: { 'Fn::GetAtt': ['Address', 'Nonsense'] } } };
    const stack = await put(newName(), { Address: { Type: 'AWS::EC2::EIP' } }, outputs);
    expect(stack.status).toBe('ROLLBACK_COMPLETE');
  });

  test('fail for a property that the type does not have, and without one that it needs', async () => {
    const name = newName();
    const stack = await put(name, { Gateway: { Type: 'AWS::ImageBuilder::Component', Properties: { Names: 'typo' } } });
    expect(stack.status).toBe('ROLLBACK_COMPLETE');
    expect(await reasons(name)).toMatch(/extraneous key \[Names\].*required key \[Name\]/);
  });

  test('are refused when CloudFormation has no such type', async () => {
    const template = JSON.stringify({ Resources: { Wrong: { Type: 'AWS::ImageBuilder::Nonsense' } } });
    const request = call(localAws, 'CreateStack', { StackName: newName(), TemplateBody: template });
    await expect(request).rejects.toThrow('Unrecognized resource types: [AWS::ImageBuilder::Nonsense]');
  });

  test('take the next version for 1.0.x when a component changes', async () => {
    const name = newName();
    const before = await put(name, { Component: component('1.0.x', 'echo 1', 'next') });
    const after = await put(name, { Component: component('1.0.x', 'echo 2', 'next') });
    expect(before.resources.Component.physicalId).toMatch(/:component\/next\/1\.0\.0\/1$/);
    expect(after.resources.Component.physicalId).toMatch(/:component\/next\/1\.0\.1\/1$/);
  });

  test('refuse changed content under the version that exists already, and roll back', async () => {
    const name = newName();
    await put(name, { Component: component('1.0.0', 'echo 1', 'fixed') });
    const stack = await put(name, { Component: component('1.0.0', 'echo 2', 'fixed') });
    expect(stack.status).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(await reasons(name)).toContain('raise its version');
    expect(stack.resources.Component.properties.Data).toContain('echo 1');
  });

  test('refuse a component whose document is not YAML', async () => {
    const name = newName();
    const broken = component('1.0.0', 'echo', 'broken');
    const stack = await put(name, {
      Component: { ...broken, Properties: { ...broken.Properties, Data: 'phases: [' } },
    });
    expect(stack.status).toBe('ROLLBACK_COMPLETE');
    expect(await reasons(name)).toContain('is not YAML');
  });

  test('refuse a recipe of a component that does not exist', async () => {
    const name = newName();
    const arn = 'arn:aws:imagebuilder:us-east-1:123456789012:component/missing/1.0.0/1';
    const properties = { ...recipe, Components: [{ ComponentArn: arn }] };
    const stack = await put(name, { Recipe: { Type: 'AWS::ImageBuilder::ImageRecipe', Properties: properties } });
    expect(stack.status).toBe('ROLLBACK_COMPLETE');
    expect(await reasons(name)).toContain('does not exist');
  });

  test('are alarms only while they use metric math', async () => {
    const name = newName();
    const withAlarm = (properties: Record<string, unknown>) =>
      put(name, { Alarm: { Type: 'AWS::CloudWatch::Alarm', Properties: properties } });
    expect((await withAlarm(plainAlarm)).resources.Alarm.support).toBe('emulated');
    const recorded = await withAlarm(mathAlarm);
    expect(recorded.status).toBe('UPDATE_COMPLETE');
    expect(recorded.resources.Alarm.support).toBe('recorded');
    expect(recorded.resources.Alarm.attributes.Arn).toMatch(/^arn:aws:cloudwatch:us-east-1:123456789012:alarm:/);
    expect((await withAlarm(plainAlarm)).resources.Alarm.support).toBe('emulated');
  });

  test('are gone with their stack, deleted by name or by ARN', async () => {
    const name = newName();
    await put(name, { Address: { Type: 'AWS::EC2::EIP' } }, { Stack: { Value: { Ref: 'AWS::StackId' } } });
    await call(localAws, 'DeleteStack', { StackName: (await localAws.stack(name)).outputs.Stack });
    expect(await settled(localAws, name)).toMatchObject({ status: 'DELETE_COMPLETE', resources: {} });
  });
});

function documentOf(command: string): string {
  const step = { name: 'run', action: 'ExecuteBash', inputs: { commands: [command] } };
  return JSON.stringify({ schemaVersion: '1.0', phases: [{ name: 'build', steps: [step] }] });
}

/** One request of the CloudFormation API. @returns the answer's XML @throws Error with the XML of a refusal */
async function call(localAws: LocalAws, action: string, parameters: Record<string, string>): Promise<string> {
  const credential = 'testing/20260101/us-east-1/cloudformation/aws4_request';
  const response = await fetch(localAws.endpoint, {
    method: 'POST',
    headers: { authorization: `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=host, Signature=0` },
    body: new URLSearchParams({ Action: action, ...parameters }),
  });
  const text = await response.text();
  if (!response.ok) {
    throw new Error(text);
  }
  return text;
}

function settled(localAws: LocalAws, name: string): Promise<StackReadBack> {
  return vi.waitFor(
    async () => {
      const stack = await localAws.stack(name);
      expect(stack.status).not.toMatch(/_IN_PROGRESS$/);
      return stack;
    },
    { timeout: 10_000, interval: 20 },
  );
}

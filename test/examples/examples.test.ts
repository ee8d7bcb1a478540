import { App, Stack } from 'aws-cdk-lib';
import * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { useBuiltInKernels } from '../support/built-in-kernels';
import { useBuiltInServer } from '../support/built-in-server';
import { EXAMPLES, loadExample, PLATFORM_TEMPLATES, SERVED_MODEL } from '../support/example-app';
import { fleetStack, newApp } from '../support/fleet-app';
import { violations } from '../support/security-invariants';
import { findings } from '../support/strict-validation';
import { synthUnderNag } from '../support/synth-under-nag';
import { CloudFormationTemplate, templateOf } from '../support/template';

useBuiltInKernels();
useBuiltInServer();
afterEach(() => void vi.unstubAllEnvs());

const ENVIRONMENTS = [
  {},
  { region: 'eu-central-1' },
  { account: '123456789012', region: 'us-east-1' },
  { account: '123456789012', region: 'us-west-2' },
];

/** What stacks of one app that read from each other need: outputs that CDK writes, and the parameter of a shared AMI. */
const BETWEEN_STACKS = [/^PublishOutput\w+: an output$/, /^AmiParameter\w+: a physical name \(Name\)$/];

/** An ARN that a user gives names an account, which the engine would rather see as a reference. */
const GIVEN: Readonly<Record<string, readonly string[]>> = {
  [SERVED_MODEL]: ['WARN W9013 Hardcoded account ID in ARN - use AWS::AccountId pseudo-parameter'],
};

function acknowledgements(app: App): [string, string][] {
  const metadata = app.node.findAll().flatMap((construct) => construct.node.metadata);
  const acknowledged = metadata.filter(({ type }) => type === 'aws:cdk:acknowledged-rules');
  return acknowledged.flatMap(({ data }) => Object.entries(data as Record<string, string>));
}

describe.each([...EXAMPLES, SERVED_MODEL, ...PLATFORM_TEMPLATES])('%s', (name) => {
  test.each(ENVIRONMENTS)('is clean under cdk-nag and strict validation in %j', async (environment) => {
    const app = await loadExample(name, environment);
    synthUnderNag(app);
    const stacks = app.synth().stacks;
    expect(stacks).not.toEqual([]);
    for (const stack of stacks) {
      const template = stack.template as CloudFormationTemplate;
      const found = findings(template, environment.region ?? 'us-east-1');
      expect(found.filter((one) => !(GIVEN[name] ?? []).includes(one))).toEqual([]);
      expect(violations(template).filter((one) => !BETWEEN_STACKS.some((known) => known.test(one)))).toEqual([]);
    }
  });

  test('passes the validation of its own cdk.json when it is synthesized', async () => {
    const app = await loadExample(name, { account: '123456789012', region: 'us-east-1' });
    expect(app.node.tryGetContext('@aws-cdk/core:validateAgainstDefaultRules')).toBe(true);
    vi.stubEnv('CDK_VALIDATION', 'true');
    expect(() => app.synth()).not.toThrow();
  });

  test('acknowledges a finding only with its reason', async () => {
    const reasons = acknowledgements(await loadExample(name));
    const ours = reasons.filter(([id]) => id.includes('AwsSolutions'));
    expect(ours.length).toBeGreaterThan(3);
    expect(ours.filter(([, reason]) => reason.split(' ').length < 6)).toEqual([]);
  });
});

describe('the checks themselves', () => {
  test('cdk-nag fails for what nobody acknowledged', () => {
    const app = newApp();
    new s3.Bucket(new Stack(app, 'Stack'), 'Bucket');
    expect(() => synthUnderNag(app)).toThrow('AwsSolutions-S1');
  });

  test('strict validation fails for what CloudFormation would refuse', () => {
    const app = newApp();
    const { loadBalancer } = fleetStack({}, app).fleet;
    (loadBalancer.node.defaultChild as elbv2.CfnLoadBalancer).addPropertyOverride('Colour', 'green');
    vi.stubEnv('CDK_VALIDATION', 'true');
    expect(() => app.synth()).toThrow('Colour');
  });
});

test('a fleet that may be deployed anywhere is clean as well', () => {
  const app = newApp();
  const stack = fleetStack({ env: {} }, app);
  synthUnderNag(app);
  const template = templateOf(stack);
  expect([findings(template), violations(template)]).toEqual([[], []]);
});

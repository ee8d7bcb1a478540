import { Stack } from 'aws-cdk-lib';
import { expect, test } from 'vitest';
import { newApp } from '../../support/fleet-app';
import { fleetsStack, OTHER_ACCOUNT } from '../../support/fleets-app';
import { violations } from '../../support/security-invariants';
import { useSilentWarnings } from '../../support/silent-warnings';
import { findings } from '../../support/strict-validation';
import { synthUnderNag } from '../../support/synth-under-nag';
import { Resource, resourcesOf, templateOf } from '../../support/template';

useSilentWarnings();

const allStacks = (stack: Stack) => stack.node.root.node.findAll().filter(Stack.isStack);

test('dashboard and fleets of other regions and accounts: clean under strict validation and our own rules', () => {
  for (const stack of allStacks(fleetsStack(newApp()))) {
    const template = templateOf(stack);
    expect([stack.stackName, findings(template, stack.region)]).toEqual([stack.stackName, []]);
    // The outputs that CDK makes for references between stacks, and the role that may read them, are not ours.
    expect(violations(template).filter((each) => !/^Publish(Output|GetStackOutputRole)\w+: /.test(each))).toEqual([]);
  }
});

test('and under cdk-nag', () => {
  const app = newApp();
  fleetsStack(app);
  expect(() => synthUnderNag(app)).not.toThrow();
});

test('what another account lets the dashboard do is to read the outputs of the stack of its fleet', () => {
  const app = newApp();
  fleetsStack(app);
  const west = allStacks(app.node.findChild('West') as Stack).find(({ account }) => account === OTHER_ACCOUNT)!;
  const reading = resourcesOf(templateOf(west), 'AWS::IAM::Policy').filter(([, policy]) =>
    allows(policy, 'cloudformation'),
  );
  const statements = reading.flatMap(([, { Properties }]) => Properties.PolicyDocument.Statement as object[]);
  expect(statements).toEqual([
    { Effect: 'Allow', Action: 'cloudformation:DescribeStacks', Resource: expect.anything() as unknown },
  ]);
  expect(JSON.stringify(statements)).toContain(':stack/West/*');
});

function allows(policy: Resource, service: string): boolean {
  return JSON.stringify(policy.Properties).includes(`"${service}:`);
}

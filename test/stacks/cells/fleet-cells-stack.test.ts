import * as fs from 'node:fs';
import { App, Stack } from 'aws-cdk-lib';
import * as route53 from 'aws-cdk-lib/aws-route53';
import { expect, test } from 'vitest';
import {
  CellOptions,
  FleetCapacity,
  FleetCellsStack,
  FleetCellsStackProps,
  FleetPolicy,
  PolicyKey,
} from '../../../lib';
import { useBuiltInKernels } from '../../support/built-in-kernels';
import { problemsOf } from '../../support/config-error';
import { imageOptions, inRegion, newApp } from '../../support/fleet-app';
import { violations } from '../../support/security-invariants';
import { findings } from '../../support/strict-validation';
import { resourcesOf, templateOf } from '../../support/template';

useBuiltInKernels();

function cellsOf(cells: Partial<CellOptions> = {}): CellOptions {
  const hostedZone = route53.HostedZone.fromHostedZoneAttributes(new Stack(undefined, 'Imports'), 'Zone', {
    hostedZoneId: 'Z0123456789ABCDEFGHIJ',
    zoneName: 'example.internal',
  });
  return { count: 3, hostedZone, recordName: 'chat', ...cells };
}

function cellsStack(props: Partial<FleetCellsStackProps> = {}, app: App = newApp()): FleetCellsStack {
  return new FleetCellsStack(app, 'Chat', {
    env: inRegion('us-east-1'),
    image: imageOptions(),
    capacity: FleetCapacity.onDemand({ instanceTypes: ['m9g.4xlarge'] }),
    cells: cellsOf(),
    ...props,
  });
}

test('is one network and one image for all cells, the cells, and the dashboards of all', () => {
  const stack = cellsStack();
  const template = templateOf(stack);
  const count = (type: string) => resourcesOf(template, type).length;
  expect(count('AWS::ImageBuilder::Image')).toBe(1);
  expect(count('AWS::EC2::VPC')).toBe(1);
  expect(count('AWS::AutoScaling::AutoScalingGroup')).toBe(3);
  expect(count('AWS::Route53::RecordSet')).toBe(3);
  expect(stack.cells.domainName).toBe('chat.example.internal');
  const groups = resourcesOf(template, 'AWS::AutoScaling::AutoScalingGroup').map(([id]) => id);
  const shown = JSON.stringify(resourcesOf(template, 'AWS::CloudWatch::Dashboard'));
  expect(groups.filter((id) => !shown.includes(id))).toEqual([]);
});

test('passes strict validation, and keeps the invariants of security', () => {
  const template = templateOf(cellsStack());
  expect([findings(template), violations(template)]).toEqual([[], []]);
});

test('says every problem of the cells under the name of its own property', () => {
  const wrong = () => cellsStack({ cells: cellsOf({ count: 0, weights: [1, 300] }) });
  expect(problemsOf(wrong).map(({ what }) => what)).toEqual(['cells.count', 'cells.weights[1]', 'cells.weights']);
});

test('takes as many cells as a stack has resources for, 26 with a network of its own, and says what is too much', () => {
  const enough = newApp();
  cellsStack({ cells: cellsOf({ count: 26 }) }, enough);
  const { templateFullPath } = enough.synth().getStackByName('Chat');
  // What CloudFormation takes: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html
  expect(fs.statSync(templateFullPath).size).toBeLessThan(1_000_000);
  const app = newApp();
  cellsStack({ cells: cellsOf({ count: 27 }) }, app);
  expect(problemsOf(() => app.synth())).toMatchObject([
    { what: 'cells.count', got: '27, of 505 resources', allowed: '500 resources in a stack' },
  ]);
}, 60_000);

test('has the defaults of a policy, whose locked keys are not asked of each cell again', () => {
  const policy = FleetPolicy.of({
    locked: [PolicyKey.LOAD_BALANCING, PolicyKey.LIFECYCLE],
    defaults: { tags: { owner: 'platform' } },
  });
  const app = new App({ outdir: newApp().outdir, propertyInjectors: policy.propertyInjectors() });
  const template = templateOf(cellsStack({}, app));
  const groups = resourcesOf(template, 'AWS::AutoScaling::AutoScalingGroup');
  const owners = groups.map(([, { Properties }]) =>
    (Properties.Tags as { Key: string; Value: string }[]).filter(({ Key }) => Key === 'owner'),
  );
  expect(owners.map((tags) => tags.map(({ Value }) => Value))).toEqual([['platform'], ['platform'], ['platform']]);
});

import { App, Duration, Tags } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { describe, expect, test } from 'vitest';
import { FleetRollout } from '../../lib';
import { errorOf } from '../support/config-error';
import { existingFleet, newStack } from '../support/fleet-app';
import { onlyResource, templateOf } from '../support/template';

describe('the metric of failed kernel verifications', () => {
  test('is what instances of the fleet publish, and can raise an alarm', () => {
    const stack = newStack();
    const fleet = existingFleet(stack, { rollout: FleetRollout.rolling() });
    const metric = fleet.metricKernelVerificationFailures();
    new cloudwatch.Alarm(stack, 'Alarm', { metric, threshold: 1, evaluationPeriods: 1 });
    const template = templateOf(stack);
    expect(onlyResource(template, 'AWS::CloudWatch::Alarm')[1].Properties).toMatchObject({
      Namespace: 'GravitonFleet',
      MetricName: 'KernelVerificationFailures',
      Dimensions: [{ Name: 'Fleet', Value: stack.resolve(metric.dimensions?.Fleet) }],
      Statistic: 'Sum',
      Period: 300,
    });
  });

  test('takes another period', () => {
    const metric = existingFleet(newStack()).metricKernelVerificationFailures({ period: Duration.hours(1) });
    expect(metric.period.toMinutes()).toBe(60);
  });
});

describe('tags that an instance would not launch with', () => {
  function problemsWith(tag: (app: App, fleet: ReturnType<typeof existingFleet>) => void): string[] {
    const stack = newStack();
    const fleet = existingFleet(stack);
    tag(stack.node.root as App, fleet);
    return errorOf(() => (stack.node.root as App).synth()).problems.map(({ got }) => got);
  }

  test('are refused, all at once, wherever they were given', () => {
    expect(problemsWith((app) => Tags.of(app).add('Cost Center', '7'))).toEqual(['the key "Cost Center"']);
    expect(problemsWith((_, fleet) => Tags.of(fleet).add('team/name', 'x'))).toEqual(['the key "team/name"']);
    const several = problemsWith((_, fleet) => {
      Tags.of(fleet.autoScalingGroup).add('größe', 'x');
      Tags.of(fleet).add('_index', 'x');
    });
    expect(several.sort()).toEqual(['the key "_index"', 'the key "größe"']);
  });

  test('are taken where no instance gets them', () => {
    const stack = newStack();
    const fleet = existingFleet(stack);
    Tags.of(fleet.autoScalingGroup).add('Cost Center', '7', { applyToLaunchedInstances: false });
    Tags.of(fleet.loadBalancer).add('Cost Center', '7');
    Tags.of(stack).add('team:name+a-b=c.d,e_f@g', 'x');
    expect(() => (stack.node.root as App).synth()).not.toThrow();
  });
});

import Ajv from 'ajv';
import { App, Stack } from 'aws-cdk-lib';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import schema from '../../../functions/fleet-meter/meter-event.schema.json';
import { FleetCapacity, FleetMeter } from '../../../lib';
import { existingFleet, inRegion, newApp, newStack } from '../../support/fleet-app';
import { scheduledEvent } from '../../support/scheduled-event';
import { violations } from '../../support/security-invariants';
import { findings } from '../../support/strict-validation';
import { synthUnderNag } from '../../support/synth-under-nag';
import { templateOf } from '../../support/template';

beforeEach(() => void vi.spyOn(console, 'error').mockImplementation(() => undefined));
afterEach(() => void vi.restoreAllMocks());

function meteredStack(app: App): Stack {
  const stack = newStack(inRegion('us-east-1'), app);
  const capacity = FleetCapacity.spotFirst({ instanceTypes: ['m9g.4xlarge', 'm8gd.4xlarge'], maxInstances: 10 });
  new FleetMeter(stack, 'Meter', { fleets: [existingFleet(stack, { capacity })] });
  return stack;
}

test('a meter is clean under strict validation and our own rules, but for being the function that was asked for', () => {
  const template = templateOf(meteredStack(newApp()));
  expect(findings(template, 'us-east-1')).toEqual([]);
  expect(violations(template).map((violation) => violation.replace(/^Meter\w+: /, ''))).toEqual([
    'a hidden function or custom resource (AWS::Lambda::Function)',
    'a hidden function or custom resource (AWS::Lambda::EventInvokeConfig)',
  ]);
});

test('a meter is clean under cdk-nag', () => {
  const nagged = newApp();
  meteredStack(nagged);
  expect(() => synthUnderNag(nagged)).not.toThrow();
});

test('the schedule gives what the function takes, once the time is in it', () => {
  const event = scheduledEvent(templateOf(meteredStack(newApp())), (id) => id);
  const validate = new Ajv({ strict: true, allErrors: true }).compile(schema);
  validate({ ...event, scheduledTime: '2026-11-23T06:00:00Z' });
  expect(validate.errors ?? []).toEqual([]);
  // The price book has no m8gd: what is not known is left out.
  expect(Object.keys(event.types['m8gd.4xlarge'])).toEqual(['idleWatts', 'fullLoadWatts']);
  expect(Object.keys(event.types['m9g.4xlarge'])).toHaveLength(4);
});

test('the logical ids of a meter stay what they are', () => {
  const { Resources } = templateOf(meteredStack(newApp()));
  const ids = Object.entries(Resources).map(([id, { Type }]) => `${id} ${Type.replace('AWS::', '')}`);
  expect(ids.filter((id) => id.startsWith('Meter'))).toMatchInlineSnapshot(`
    [
      "MeterDeadRuns6A048E6B SQS::Queue",
      "MeterDeadRunsPolicy7880EFC5 SQS::QueuePolicy",
      "MeterLogsD5912664 Logs::LogGroup",
      "MeterRole6A5F7BA3 IAM::Role",
      "MeterFunction36633704 Lambda::Function",
      "MeterFunctionEventInvokeConfigD6A935DA Lambda::EventInvokeConfig",
      "MeterScheduleRole9AA61A61 IAM::Role",
      "MeterSchedule0535E659 Scheduler::Schedule",
    ]
  `);
});

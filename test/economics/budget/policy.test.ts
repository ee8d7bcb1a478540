import { App, Stack } from 'aws-cdk-lib';
import { expect, test } from 'vitest';
import { CostBudget, FleetCapacity, PowerBudget, WarmPool } from '../../../lib';
import { existingFleet, inRegion, newApp, newStack } from '../../support/fleet-app';
import { violations } from '../../support/security-invariants';
import { useSilentWarnings } from '../../support/silent-warnings';
import { findings } from '../../support/strict-validation';
import { synthUnderNag } from '../../support/synth-under-nag';
import { templateOf } from '../../support/template';

useSilentWarnings();

function budgetsIn(region: string, app: App): Stack {
  const stack = newStack(inRegion(region), app);
  const capacity = FleetCapacity.spotFirst({ instanceTypes: ['m8g.large', 'c8g.large'], maxInstances: 10 });
  const warmPool = WarmPool.running({ minInstances: 1, maxPreparedInstances: 20 });
  const fleets = [existingFleet(stack, { capacity, lifecycle: { warmPool } }), existingFleet(stack, { capacity }, 'B')];
  const power = new PowerBudget(stack, 'Power', { fleets, kilowatts: 0.4 });
  new CostBudget(stack, 'Cost', { fleets, usdPerMonth: 1200, anomalyThresholdUsd: 100 });
  new CostBudget(stack, 'Shared', { fleets: [fleets[0]], usdPerMonth: 900, topic: power.topic });
  return stack;
}

test.each(['us-east-1', 'us-west-2'])(
  'budgets in %s: clean under cdk-nag, strict validation and our own rules',
  (region) => {
    const nagged = newApp();
    budgetsIn(region, nagged);
    expect(() => synthUnderNag(nagged)).not.toThrow();
    const template = templateOf(budgetsIn(region, newApp()));
    expect(findings(template, region)).toEqual([]);
    expect(violations(template)).toEqual([]);
  },
);

test('the logical ids of the budgets stay what they are', () => {
  const template = templateOf(budgetsIn('us-east-1', newApp()));
  const ids = Object.keys(template.Resources).filter((id) => /^(Power|Cost|Shared)/.test(id));
  expect(ids).toMatchInlineSnapshot(`
    [
      "PowerTopicKeyEDD555C4",
      "PowerTopic339F94E5",
      "PowerTopicPolicy74211990",
      "PowerAlarmAt80PercentF4E7CE70",
      "PowerAlarmAt100Percent57ABC56D",
      "CostTopicKeyC074754A",
      "CostTopicCD377248",
      "CostTopicPolicy5E616481",
      "CostAlarmAt80Percent9FB74123",
      "CostAlarmAt100Percent94A2DAA8",
      "CostBillingBudgetD64C4AA3",
      "CostBillingAnomalyMonitorF6A89324",
      "CostBillingAnomalySubscriptionD8F314A5",
      "SharedAlarmAt80Percent23776589",
      "SharedAlarmAt100PercentC2CA2FD3",
      "SharedBillingBudget8C31A65F",
    ]
  `);
});

import { Schedule } from 'aws-cdk-lib/aws-autoscaling';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { CostBudget, FleetCapacity, FleetPolicy, PowerBudget } from '../../../lib';
import { existingFleet, newApp, newStack } from '../../support/fleet-app';
import { violationsAt, violationsOf } from '../../support/policed';

beforeEach(() => void vi.spyOn(console, 'error').mockImplementation(() => undefined));
afterEach(() => void vi.restoreAllMocks());

const capacity = FleetCapacity.onDemand({ instanceTypes: ['m9g.4xlarge'], minInstances: 2, maxInstances: 6 });
const fleetIn = (stack = newStack()) => existingFleet(stack, { capacity });

describe('the greatest size is what may be set', () => {
  test('by a scheduled action of the fleet', () => {
    const fleet = fleetIn();
    fleet.autoScalingGroup.scaleOnSchedule('Morning', {
      schedule: Schedule.cron({ hour: '8', minute: '0' }),
      maxCapacity: 20,
    });
    expect(violationsAt(fleet, { maxInstances: 19 }).map(({ got }) => got)).toEqual(['up to 20 instances']);
    expect(violationsAt(fleet, { maxInstances: 20 })).toEqual([]);
  });

  test('and not beyond what a budget leaves, whether it is asked before synthesis or after', () => {
    const stack = newStack();
    const fleet = fleetIn(stack);
    const budget = new PowerBudget(stack, 'Budget', { fleets: [fleet], kilowatts: 0.5 });
    const [{ maxSize }] = budget.bounds;
    expect(maxSize).toBeLessThan(6);
    const policy = FleetPolicy.of({ maxInstances: maxSize - 1 });
    const got = [`up to ${maxSize} instances`];
    expect(policy._violations(stack).map((violation) => violation.got)).toEqual(got);
    expect(violationsOf(fleet, policy).map((violation) => violation.got)).toEqual(got);
    expect(violationsAt(fleet, { maxInstances: maxSize })).toEqual([]);
  });
});

describe('a ceiling counts as the budget of its kind counts', () => {
  /** The figure that a ceiling of next to nothing is exceeded by. */
  const exceededBy = (rule: 'maxKilowatts' | 'maxUsdPerMonth') => {
    const [{ got }] = violationsAt(fleetIn(), { [rule]: { perFleet: 0.001 } });
    return Number(/^[\d.]+/.exec(got)?.[0]);
  };
  const budgeted = () => {
    const stack = newStack();
    return { stack, fleets: [fleetIn(stack)] };
  };

  test('of power', () => {
    const { stack, fleets } = budgeted();
    const [{ worstCase }] = new PowerBudget(stack, 'Budget', { fleets, kilowatts: 100 }).bounds;
    expect(exceededBy('maxKilowatts')).toBeCloseTo(worstCase, 2);
  });

  test('of cost', () => {
    const { stack, fleets } = budgeted();
    const [{ worstCase }] = new CostBudget(stack, 'Budget', { fleets, usdPerMonth: 1e6 }).bounds;
    expect(exceededBy('maxUsdPerMonth')).toBeCloseTo(worstCase, 1);
  });
});

test('all fleets together are held against the total, and the greatest are named', () => {
  const app = newApp();
  const stacks = Array.from({ length: 7 }, (_, index) => newStack(undefined, app, `Stack${index}`));
  stacks.forEach((stack) => fleetIn(stack));
  const [one] = violationsAt(stacks[0], { maxKilowatts: { perFleet: 0.001 } });
  const each = Number(/^[\d.]+/.exec(one.got)?.[0]);
  expect(violationsAt(stacks[0], { maxKilowatts: { inTotal: 7 * each } })).toEqual([]);
  const [total, ...others] = violationsAt(stacks[0], { maxKilowatts: { inTotal: 6.9 * each } });
  expect(others).toEqual([]);
  expect(total).toMatchObject({ rule: 'maxKilowatts.inTotal', fleet: undefined });
  expect(total.got).toMatch(/in the worst mix of all fleets together \(Stack0\/Fleet .* kW; .*; 2 more\)$/);
});

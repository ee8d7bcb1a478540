import { App, CfnParameter, Stack, Stage } from 'aws-cdk-lib';
import * as autoscaling from 'aws-cdk-lib/aws-autoscaling';
import { describe, expect, test } from 'vitest';
import {
  BudgetSplit,
  FleetCapacity,
  FleetSize,
  GravitonProcessor,
  InferenceFleet,
  PowerBudget,
  PowerBudgetProps,
  PowerUsageEffectiveness,
  WarmPool,
} from '../../../lib';
import published from '../../../lib/catalog/data/power-usage-effectiveness.json';
import { warningsOf } from '../../support/annotations';
import { errorOf, problemsOf } from '../../support/config-error';
import { existingFleet, inRegion, newApp, newStack } from '../../support/fleet-app';
import { useSilentWarnings } from '../../support/silent-warnings';
import { onlyResource, resourcesOf, templateOf } from '../../support/template';
import { workerFleet } from '../../support/worker-app';

useSilentWarnings();

/** One m9g.4xlarge in us-east-1 at full load, by the high end: 16 vCPU x 4.5 W x PUE 1.15 = 82.8 W. */
const ONE = 0.0828;

function fleetOf(stack: Stack, minInstances: number, maxInstances: number, id = 'Fleet'): InferenceFleet {
  const capacity = FleetCapacity.onDemand({ instanceTypes: ['m9g.4xlarge'], minInstances, maxInstances });
  return existingFleet(stack, { capacity }, id);
}

function budgetOf(kilowatts: number, options: Partial<PowerBudgetProps> = {}, min = 2, max = 10): PowerBudget {
  const stack = newStack();
  return new PowerBudget(stack, 'Power', { fleets: [fleetOf(stack, min, max)], kilowatts, ...options });
}

function maxSizeOf(stack: Stack): string {
  return onlyResource(templateOf(stack), 'AWS::AutoScaling::AutoScalingGroup')[1].Properties.MaxSize as string;
}

describe('ten m9g.4xlarge, worked out by hand', () => {
  // One more while the group rebalances, and one more while it rolls out at 110 %: n instances can become n + 2.
  test('keep their size with what 12 of them draw', () => {
    const budget = budgetOf(12 * ONE + 0.0001);
    expect(maxSizeOf(Stack.of(budget))).toBe('10');
    expect(budget.bounds).toEqual([
      {
        fleet: 'Stack/Fleet',
        share: expect.closeTo(0.9937, 9) as number,
        allowedMaxSize: 10,
        wantedMaxSize: 10,
        maxSize: 10,
        worstUnits: 12,
        worstCase: expect.closeTo(12 * ONE, 9) as number,
      },
    ]);
    expect(warningsOf(budget.node.root as App)).toEqual([]);
  });

  test('become nine with less, and the fleet says why', () => {
    const budget = budgetOf(12 * ONE - 0.0001);
    expect(maxSizeOf(Stack.of(budget))).toBe('9');
    expect(warningsOf(budget.node.root as App)).toEqual(['budgetBound']);
    const fleet = budget.node.scope!.node.findChild('Fleet');
    expect(fleet.node.metadata.map(({ data }) => String(data)).find((text) => text.includes('budgetBound'))).toBe(
      'At most 9 instances, in place of 10 instances: Stack/Power has 0.993 kW for this fleet, and 9 instances can ' +
        'become 11 instances while it rolls out and rebalances, which draw 0.911 kW in the worst mix (m9g.4xlarge has ' +
        'the most for its size). [ack: cdk-graviton-fleet:budgetBound]',
    );
  });

  test('count those that drain when you say so', () => {
    // 6 + 1 + 1 + half of 6 = 11; 7 would be 7 + 1 + 1 + 4 = 13.
    expect(maxSizeOf(Stack.of(budgetOf(12 * ONE, { drainingPercentage: 50 })))).toBe('6');
  });

  test('are refused with the figures when two of them do not fit', () => {
    // 2 + 1 + 1 = 4 of 82.8 W are 331.2 W.
    const [problem] = problemsOf(() => budgetOf(0.3));
    expect(problem).toMatchObject({ what: 'kilowatts', got: '0.3 kW' });
    expect(problem.allowed).toBe(
      'at least 0.332 kW for the least sizes (Stack/Fleet: 2 instances can become 4 instances while it rolls out and ' +
        'rebalances, which draw 0.332 kW in the worst mix (m9g.4xlarge has the most for its size))',
    );
    expect(maxSizeOf(Stack.of(budgetOf(0.332)))).toBe('2');
  });
});

test('a mixed group counts by its type with the most, the attributes of a group by every type that they select', () => {
  const stack = newStack();
  const attributes = {
    vcpus: { min: 16, max: 16 },
    processors: [GravitonProcessor.GRAVITON5],
    families: ['m9g', 'c9g'],
  };
  const fleet = existingFleet(stack, {
    capacity: FleetCapacity.attributes({ attributes, size: FleetSize.vcpus({ min: 32, max: 160 }) }),
  });
  const budget = new PowerBudget(stack, 'Power', { fleets: [fleet], kilowatts: 12 * ONE });
  // 155 vCPUs, 16 more for the last instance, and twice a tenth of these 171: 207 vCPUs are 12 instances, 208 were 13.
  expect(fleet.capacity.instanceTypes).toEqual(expect.arrayContaining(['m9g.4xlarge', 'c9g.4xlarge']));
  expect(budget.bounds[0]).toMatchObject({ maxSize: 155, worstUnits: 155 + 16 + 18 + 18 });
  expect(maxSizeOf(stack)).toBe('155');
});

describe('whatever sets a size is held by the bound', () => {
  const schedule = autoscaling.Schedule.cron({ hour: '7', minute: '0' });
  const bounded = () => {
    const stack = newStack();
    const fleet = fleetOf(stack, 2, 4);
    new PowerBudget(stack, 'Power', { fleets: [fleet], kilowatts: 10 * ONE + 0.0001 });
    return { stack, fleet };
  };

  test('a schedule may go up to what the budget allows, and not beyond', () => {
    const { stack, fleet } = bounded();
    fleet.scaleOnSchedule('Day', { schedule, maxInstances: 7 });
    fleet.scaleOnSchedule('Peak', { schedule, minInstances: 8, maxInstances: 20 });
    fleet.autoScalingGroup.scaleOnSchedule('Own', { schedule, maxCapacity: 30 });
    const actions = resourcesOf(templateOf(stack), 'AWS::AutoScaling::ScheduledAction');
    expect(actions.map(([, { Properties }]) => Properties.MaxSize as number).sort()).toEqual([7, 8, 8]);
    expect(maxSizeOf(stack)).toBe('4');
    expect(warningsOf(stack.node.root as App)).toEqual(['budgetBound', 'budgetBound']);
  });

  test('a schedule that wants more at least is refused', () => {
    const { stack, fleet } = bounded();
    fleet.scaleOnSchedule('Peak', { schedule, minInstances: 9 });
    expect(problemsOf(() => templateOf(stack))).toMatchObject([
      { what: 'minInstances', got: '9', allowed: 'at most 8, to which Stack/Power bounds the fleet' },
    ]);
  });

  test('what is set behind the back of the fleet is refused, or lowered', () => {
    const { stack, fleet } = bounded();
    const group = fleet.autoScalingGroup.node.defaultChild as autoscaling.CfnAutoScalingGroup;
    group.maxSize = '50';
    group.desiredCapacity = '9';
    expect(problemsOf(() => templateOf(stack))).toMatchObject([{ what: 'desiredCapacity', got: '9' }]);
    group.desiredCapacity = '8';
    expect(maxSizeOf(stack)).toBe('8');
  });

  test('the actions of other groups are not touched', () => {
    const { stack } = bounded();
    const other = fleetOf(stack, 2, 4, 'Other');
    other.scaleOnSchedule('Peak', { schedule, maxInstances: 30 });
    const [, { Properties }] = onlyResource(templateOf(stack), 'AWS::AutoScaling::ScheduledAction');
    expect(Properties.MaxSize).toBe(30);
  });

  test('a predictive policy that raises the greatest size is refused', () => {
    const { stack, fleet } = bounded();
    fleet.scalePredictively();
    new autoscaling.CfnScalingPolicy(stack, 'Growing', {
      autoScalingGroupName: fleet.autoScalingGroup.autoScalingGroupName,
      policyType: 'PredictiveScaling',
      predictiveScalingConfiguration: {
        metricSpecifications: [{ targetValue: 60 }],
        maxCapacityBreachBehavior: 'IncreaseMaxCapacity',
      },
    });
    expect(problemsOf(() => templateOf(stack))).toMatchObject([
      { what: 'maxCapacityBreachBehavior', got: 'IncreaseMaxCapacity' },
    ]);
  });

  test('a warm pool prepares no more, and what it always has counts', () => {
    const stack = newStack();
    const capacity = FleetCapacity.onDemand({ instanceTypes: ['m9g.4xlarge'], minInstances: 2, maxInstances: 4 });
    const warmPool = WarmPool.stopped({ minInstances: 2, maxPreparedInstances: 12 });
    const fleet = existingFleet(stack, { capacity, lifecycle: { warmPool } });
    new PowerBudget(stack, 'Power', { fleets: [fleet], kilowatts: 10 * ONE + 0.0001 });
    // 6 + 2 that wait + 1 + 1 = 10.
    const [, { Properties }] = onlyResource(templateOf(stack), 'AWS::AutoScaling::WarmPool');
    expect(Properties).toMatchObject({ MaxGroupPreparedCapacity: 6, MinSize: 2 });
    expect(maxSizeOf(stack)).toBe('4');
  });

  test('in a stage of an app as well', () => {
    const stage = new Stage(newApp(), 'Prod', { env: inRegion('us-east-1') });
    const stack = new Stack(stage, 'Chat');
    const fleet = fleetOf(stack, 2, 10);
    new PowerBudget(stack, 'Power', { fleets: [fleet], kilowatts: 10 * ONE + 0.0001 });
    expect(maxSizeOf(stack)).toBe('8');
  });

  test('two budgets of one fleet hold both', () => {
    const { stack, fleet } = bounded();
    new PowerBudget(stack, 'Second', { fleets: [fleet], kilowatts: 5 * ONE + 0.0001 });
    expect(maxSizeOf(stack)).toBe('3');
  });
});

describe('one budget for several fleets', () => {
  const two = () => {
    const stack = newStack();
    return { stack, fleets: [fleetOf(stack, 2, 4, 'Small'), fleetOf(stack, 2, 18, 'Large')] };
  };
  const sizes = ({ bounds }: PowerBudget) => bounds.map(({ maxSize }) => maxSize);

  test('is shared in proportion to what each wants above its least size', () => {
    // 4 + 4 for the least sizes, 2 + 18 more wanted (18 + 2 + 2 = 22): half of that is 1 and 9.
    const { stack, fleets } = two();
    const budget = new PowerBudget(stack, 'Power', { fleets, kilowatts: 18 * ONE + 0.0001 });
    expect(budget.bounds.map(({ share }) => Number((share / ONE).toFixed(2)))).toEqual([5, 13]);
    // 11 instances can become 11 + 2 + 2 = 15, 10 can become 12.
    expect(sizes(budget)).toEqual([3, 10]);
  });

  test('leaves all as they are when it is enough', () => {
    const { stack, fleets } = two();
    expect(sizes(new PowerBudget(stack, 'Power', { fleets, kilowatts: 28 * ONE + 1e-9 }))).toEqual([4, 18]);
  });

  test('is shared by percentages', () => {
    const { stack, fleets } = two();
    const split = BudgetSplit.percentages([
      { fleet: fleets[1], percentage: 60 },
      { fleet: fleets[0], percentage: 40 },
    ]);
    expect(sizes(new PowerBudget(stack, 'Power', { fleets, kilowatts: 10 * ONE + 0.0001, split }))).toEqual([2, 4]);
  });

  test('is shared by percentages that are 100 in all but for a rounding error, and not exceeded by it', () => {
    const stack = newStack();
    const fleets = ['One', 'Two', 'Three'].map((id) => fleetOf(stack, 0, 4, id));
    const percentages = [0.2, 84.9, 14.9];
    expect(percentages.reduce((sum, each) => sum + each, 0)).toBeGreaterThan(100);
    const split = BudgetSplit.percentages(fleets.map((fleet, index) => ({ fleet, percentage: percentages[index] })));
    const { bounds } = new PowerBudget(stack, 'Power', { fleets, kilowatts: 2000, split });
    expect(bounds.map(({ share }) => Number(share.toFixed(6)))).toEqual([4, 1698, 298]);
    expect(bounds.reduce((sum, { share }) => sum + share, 0)).toBeLessThanOrEqual(2000);
  });

  test('names every share that is wrong, and the one that is too small', () => {
    const { stack, fleets } = two();
    const [small, large] = fleets;
    const other = fleetOf(stack, 2, 2, 'Other');
    const split = BudgetSplit.percentages([
      { fleet: small, percentage: 0 },
      { fleet: small, percentage: 90 },
      { fleet: other, percentage: 20 },
    ]);
    const got = problemsOf(() => new PowerBudget(stack, 'Power', { fleets, kilowatts: 9, split })).map(
      (each) => each.got,
    );
    expect(got).toEqual([
      'no share for Stack/Large',
      'a share, though it is none of fleets for Stack/Other',
      'a second share for Stack/Small',
      '0 %',
      '110 % in all',
    ]);
    const tooSmall = BudgetSplit.percentages([
      { fleet: small, percentage: 10 },
      { fleet: large, percentage: 90 },
    ]);
    const problems = problemsOf(
      () => new PowerBudget(stack, 'Tight', { fleets, kilowatts: 20 * ONE, split: tooSmall }),
    );
    expect(problems.map(({ what }) => what)).toEqual(['split, Stack/Small']);
  });
});

describe('of what nothing can be proved is refused, all at once', () => {
  test('types, sizes, amounts', () => {
    const stack = newStack();
    const parameter = new CfnParameter(stack, 'Max', { type: 'Number' });
    const fleet = existingFleet(stack, {
      capacity: FleetCapacity.onDemand({
        instanceTypes: ['m9g.4xlarge', 'm12g.4xlarge', 'im4gn.4xlarge'],
        maxInstances: parameter.valueAsNumber,
      }),
    });
    const elsewhere = existingFleet(newStack(inRegion('us-east-2'), stack.node.root as App, 'Elsewhere'));
    const props = { fleets: [fleet, fleet, elsewhere], kilowatts: -1, drainingPercentage: 101 };
    const problems = problemsOf(() => new PowerBudget(stack, 'Power', props));
    expect([...new Set(problems.map(({ got }) => got))]).toEqual([
      '-1',
      '101',
      'Stack/Fleet twice',
      'a size that is only known at deployment',
      'm12g.4xlarge, whose power is unknown to "Public models, 2026-11-22"',
      'im4gn.4xlarge, whose power is unknown to "Public models, 2026-11-22"',
      'a fleet of another account or region',
    ]);
  });

  test('a region that is only known at deployment, unless you know its power usage effectiveness', () => {
    const own = PowerUsageEffectiveness.custom({ value: 1.2, source: 'colocation contract', asOf: '2026-11-01' });
    const sizeWith = (options: Partial<PowerBudgetProps>) => {
      const stack = newStack({});
      const fleets = [fleetOf(stack, 2, 10)];
      return new PowerBudget(stack, 'Power', { fleets, kilowatts: 0.5, ...options }).bounds[0].maxSize;
    };
    expect(problemsOf(() => sizeWith({})).map(({ what }) => what)).toEqual(["the stack's region"]);
    // 16 x 4.5 W x 1.2 = 86.4 W: 5 of them fit into 500 W, of which 3 are wanted.
    expect(sizeWith({ powerUsageEffectiveness: own })).toBe(3);
  });

  test('no fleet, a region and a budget that are only known at deployment', () => {
    const stack = newStack({});
    const kilowatts = new CfnParameter(stack, 'Kilowatts', { type: 'Number' }).valueAsNumber;
    const error = errorOf(() => new PowerBudget(stack, 'Power', { fleets: [], kilowatts }));
    expect(error.problems.map(({ what }) => what)).toEqual(['kilowatts', "the stack's region", 'fleets']);
    expect(error.message).not.toContain('e+');
  });
});

test.each([
  { region: 'us-east-1', warned: false },
  { region: 'ap-northeast-2', warned: true },
])('a warning tells when the power usage effectiveness is an average: $region $warned', ({ region, warned }) => {
  const app = newApp();
  const stack = newStack(inRegion(region), app);
  const capacity = FleetCapacity.onDemand({ instanceTypes: ['m8g.4xlarge'] });
  const fleets = [existingFleet(stack, { capacity })];
  new PowerBudget(stack, 'Power', { fleets, kilowatts: 5 });
  expect(warningsOf(app).includes('averagePowerUsageEffectiveness')).toBe(warned);
  const all = Object.values(published.regions.values);
  expect(Math.max(...all)).toBe(1.46);
});

test('fleets of workers are bounded as well', () => {
  const workers = workerFleet();
  const stack = Stack.of(workers);
  new PowerBudget(stack, 'Power', { fleets: [workers], kilowatts: 0.6 });
  expect(Number(maxSizeOf(stack))).toBeLessThan(10);
});

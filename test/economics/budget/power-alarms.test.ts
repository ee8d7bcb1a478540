import { Stack } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as sns from 'aws-cdk-lib/aws-sns';
import { expect, test } from 'vitest';
import {
  FleetCapacity,
  FleetSize,
  InferenceFleet,
  PowerBudget,
  PowerBudgetProps,
  PowerCurve,
  PowerModel,
  WarmPool,
} from '../../../lib';
import { existingFleet, newStack } from '../../support/fleet-app';
import { evaluate } from '../../support/metric-math';
import { oneSeries, _ } from '../../support/series-source';
import { useSilentWarnings } from '../../support/silent-warnings';
import { onlyResource, otherAlarmsOf, templateOf } from '../../support/template';

useSilentWarnings();

/** One m9g.4xlarge in us-east-1 at full load, by the high end: 16 vCPU x 4.5 W x PUE 1.15 = 82.8 W. */
const ONE = 0.0828;

function fleetOf(stack: Stack, minInstances: number, maxInstances: number, id = 'Fleet'): InferenceFleet {
  const capacity = FleetCapacity.onDemand({ instanceTypes: ['m9g.4xlarge'], minInstances, maxInstances });
  return existingFleet(stack, { capacity }, id);
}

function budgetOf(kilowatts: number, options: Partial<PowerBudgetProps> = {}): PowerBudget {
  const stack = newStack();
  return new PowerBudget(stack, 'Power', { fleets: [fleetOf(stack, 2, 10)], kilowatts, ...options });
}

const expressionOf = ({ alarms }: PowerBudget) => {
  const { metric } = alarms[0] as unknown as { metric: cloudwatch.MathExpression };
  return metric;
};

test('alarms sound above 80 and 100 % of the budget, on the estimate of all that the group has', () => {
  const budget = budgetOf(1.5);
  const alarms = otherAlarmsOf(templateOf(Stack.of(budget))).map(([, each]) => each.Properties);
  expect(alarms.map(({ Threshold }) => Threshold as number)).toEqual([1.2, 1.5]);
  for (const { ComparisonOperator, TreatMissingData, Metrics, AlarmActions } of alarms) {
    expect([ComparisonOperator, TreatMissingData]).toEqual(['GreaterThanThreshold', 'notBreaching']);
    expect(AlarmActions).toHaveLength(1);
    const read = Metrics.flatMap(({ MetricStat }: { MetricStat?: { Metric: { MetricName: string }; Stat: string } }) =>
      MetricStat ? [`${MetricStat.Metric.MetricName} ${MetricStat.Stat}`] : [],
    );
    expect(read).toEqual(['GroupTotalCapacity Maximum', 'CPUUtilization Average']);
  }
});

test.each([
  { units: 10, cpu: 100, kilowatts: 10 * ONE },
  // Idle 16 x 1.9 W x 1.15 = 34.96 W.
  { units: 10, cpu: 0, kilowatts: 0.3496 },
  { units: 4, cpu: 25, kilowatts: 4 * (0.03496 + (ONE - 0.03496) / 4) },
])('alarms work out by hand: $units instances at $cpu %', ({ units, cpu, kilowatts }) => {
  expect(evaluate(expressionOf(budgetOf(2)).expression, { units0: units, cpu0: cpu })).toBeCloseTo(kilowatts, 6);
});

test('alarms follow the curve of the model', () => {
  const budget = budgetOf(2, { powerModel: PowerModel.published({ curve: PowerCurve.CONCAVE }) });
  // Teads' curve is 0.7 of the way at half the utilization: (0.75 - 0.12) / (1.02 - 0.12).
  const half = 0.03496 + 0.7 * (ONE - 0.03496);
  expect(evaluate(expressionOf(budget).expression, { units0: 2, cpu0: 50 })).toBeCloseTo(2 * half, 6);
  expect(evaluate(expressionOf(budget).expression, { units0: 2, cpu0: 100 })).toBeCloseTo(2 * ONE, 6);
});

test('alarms stay sighted when data is late or a fleet rests', () => {
  const stack = newStack();
  const fleets = [fleetOf(stack, 0, 4, 'One'), fleetOf(stack, 2, 4, 'Two')];
  const { expression } = expressionOf(new PowerBudget(stack, 'Power', { fleets, kilowatts: 2 }));
  // The first fleet starts late and is at full load until its utilization comes; the second repeats what it had.
  const series = { units0: [_, 0, 1, 1], cpu0: [_, _, _, 0], units1: [2, 2, _, 2], cpu1: [0, 100, 100, _] };
  const expected = [0.06992, 2 * ONE, 3 * ONE, 2 * ONE + 0.03496];
  oneSeries(expression, series).forEach((value, index) => expect(value).toBeCloseTo(expected[index], 5));
});

test('alarms of a weighted group count units, so that many small instances are not taken for large ones', () => {
  const stack = newStack();
  const capacity = FleetCapacity.onDemand({
    instanceTypes: ['m9g.large', 'm9g.8xlarge'],
    size: FleetSize.vcpus({ min: 0, max: 64 }),
  });
  const fleet = existingFleet(stack, { capacity });
  const { expression } = expressionOf(new PowerBudget(stack, 'Power', { fleets: [fleet], kilowatts: 5 }));
  // 64 vCPUs x 4.5 W x 1.15, however many instances they are.
  expect(evaluate(expression, { units0: 64, cpu0: 100 })).toBeCloseTo(0.3312, 5);
});

test('alarms count what waits running', () => {
  const stack = newStack();
  const fleet = existingFleet(stack, { lifecycle: { warmPool: WarmPool.running() } });
  const { usingMetrics } = expressionOf(new PowerBudget(stack, 'Power', { fleets: [fleet], kilowatts: 5 }));
  expect(usingMetrics.units0).toMatchObject({ metricName: 'GroupAndWarmPoolTotalCapacity' });
});

test('alarms of many fleets are several, none with more than ten metrics, and their thresholds add up', () => {
  const stack = newStack();
  const fleets = Array.from({ length: 7 }, (__, index) => fleetOf(stack, 2, 2, `Fleet${index}`));
  const budget = new PowerBudget(stack, 'Power', { fleets, kilowatts: 7 });
  expect(budget.alarms.map(({ node }) => node.id)).toEqual([
    'AlarmAt80Percent',
    'AlarmAt100Percent',
    'AlarmAt80PercentFor2',
    'AlarmAt100PercentFor2',
  ]);
  const alarms = otherAlarmsOf(templateOf(stack)).map(([, { Properties }]) => Properties);
  expect(alarms.map(({ Metrics }) => Metrics.length - 1)).toEqual([10, 10, 4, 4]);
  expect(alarms.map(({ Threshold }) => Threshold as number)).toEqual([4, 5, 1.6, 2]);
});

test('alarms go to your topic, and then there is no other', () => {
  const stack = newStack();
  const topic = new sns.Topic(stack, 'Ours');
  const fleet = fleetOf(stack, 2, 2);
  expect(new PowerBudget(stack, 'Power', { fleets: [fleet], kilowatts: 1, topic }).topic).toBe(topic);
  onlyResource(templateOf(stack), 'AWS::SNS::Topic');
});

import { App, CfnParameter, Stack } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { describe, expect, test } from 'vitest';
import {
  BillingBudget,
  CostBudget,
  CostBudgetProps,
  FleetCapacity,
  InferenceFleet,
  PriceBook,
  WarmPool,
} from '../../../lib';
import { lacksBudgets } from '../../../lib/economics/budget/private/billing/billing-regions';
import { warningsOf } from '../../support/annotations';
import { problemsOf } from '../../support/config-error';
import { existingFleet, inRegion, newApp, newStack } from '../../support/fleet-app';
import { evaluate } from '../../support/metric-math';
import { useSilentWarnings } from '../../support/silent-warnings';
import { findings } from '../../support/strict-validation';
import { Json, onlyResource, otherAlarmsOf, resourcesOf, templateOf } from '../../support/template';

useSilentWarnings();

/** One m9g.4xlarge in us-east-1 for the longest month: 16 vCPU x 0.04892 USD x 744 hours. */
const ONE = 582.34368;

const instanceTypes = ['m9g.4xlarge', 'm8g.4xlarge'];

function fleetOf(stack: Stack, maxInstances = 10, id = 'Fleet'): InferenceFleet {
  const capacity = FleetCapacity.spotFirst({ instanceTypes, minInstances: 2, maxInstances });
  return existingFleet(stack, { capacity }, id);
}

function budgetOf(usdPerMonth: number, options: Partial<CostBudgetProps> = {}, stack = newStack()): CostBudget {
  return new CostBudget(stack, 'Cost', { fleets: [fleetOf(stack)], usdPerMonth, ...options });
}

function maxSizeOf(stack: Stack): string {
  return onlyResource(templateOf(stack), 'AWS::AutoScaling::AutoScalingGroup')[1].Properties.MaxSize as string;
}

describe('the bound', () => {
  test('is how many of the dearest type a month pays for, Spot or not', () => {
    const budget = budgetOf(7 * ONE + 0.01);
    expect(maxSizeOf(Stack.of(budget))).toBe('7');
    expect(budget.bounds[0]).toMatchObject({ maxSize: 7, wantedMaxSize: 10, worstUnits: 7 });
    expect(budget.bounds[0].worstCase).toBeCloseTo(7 * ONE, 6);
    expect(warningsOf(budget.node.root as App)).toContain('budgetBound');
    expect(maxSizeOf(Stack.of(budgetOf(7 * ONE - 0.01)))).toBe('6');
  });

  test('is by what you pay on demand, and by list price where there may be Spot instances', () => {
    const rates = { usdPerVcpuHour: { m9g: 0.01, m8g: 0.02 }, source: 'our contract', asOf: '2026-11-01' };
    const priceBook = PriceBook.published().withEffectiveRates(rates);
    const stack = newStack();
    const capacity = FleetCapacity.onDemand({ instanceTypes, minInstances: 2, maxInstances: 10 });
    // 16 x 0.02 x 744 = 238.08 USD.
    const fleets = [existingFleet(stack, { capacity })];
    const [bound] = new CostBudget(stack, 'Cost', { fleets, usdPerMonth: 1200, priceBook }).bounds;
    expect(bound).toMatchObject({ maxSize: 5, worstCase: expect.closeTo(1190.4, 6) as number });
    expect(budgetOf(1200, { priceBook }).bounds[0].maxSize).toBe(2);
  });

  test('counts what waits running, and not what waits stopped', () => {
    const sizeWith = (warmPool: WarmPool) => {
      const stack = newStack();
      const capacity = FleetCapacity.onDemand({ instanceTypes, minInstances: 2, maxInstances: 10 });
      const fleet = existingFleet(stack, { capacity, lifecycle: { warmPool } });
      return new CostBudget(stack, 'Cost', { fleets: [fleet], usdPerMonth: 7 * ONE + 0.01 }).bounds[0].maxSize;
    };
    expect(sizeWith(WarmPool.running({ minInstances: 3 }))).toBe(4);
    expect(sizeWith(WarmPool.stopped({ minInstances: 3 }))).toBe(7);
  });

  test('is refused with the figures when the least size costs more', () => {
    const [problem] = problemsOf(() => budgetOf(1000));
    expect(problem).toMatchObject({ what: 'usdPerMonth', got: '1000 USD per month' });
    expect(problem.allowed).toContain(
      'at least 1164.69 USD per month for the least sizes (Stack/Fleet: 2 instances cost',
    );
    expect(maxSizeOf(Stack.of(budgetOf(1164.69)))).toBe('2');
  });

  test('is refused where a price is not known', () => {
    const stack = newStack(inRegion('eu-central-1'));
    const got = problemsOf(() => budgetOf(9000, {}, stack)).map((problem) => problem.got);
    expect(got).toEqual(['m9g.4xlarge, whose price is not known in eu-central-1']);
  });
});

test('the alarms watch the run rate of an hour', () => {
  const budget = budgetOf(5000);
  const { metric } = budget.alarms[0] as unknown as { metric: cloudwatch.MathExpression };
  expect(evaluate(metric.expression, { units0: 4 })).toBeCloseTo(4 * ONE, 1);
  const alarms = otherAlarmsOf(templateOf(Stack.of(budget))).map(([, each]) => each.Properties);
  expect(alarms.map(({ Threshold }) => Threshold as number)).toEqual([4000, 5000]);
  const [{ MetricStat }] = (alarms[0].Metrics as Json[]).filter((each) => each.MetricStat);
  expect(MetricStat).toMatchObject({ Metric: { MetricName: 'GroupTotalCapacity' }, Stat: 'Average', Period: 3600 });
});

describe('the bill', () => {
  const USER_TAG = { Key: 'graviton-fleet', Value: 'Stack/Fleet' };

  test('is filtered by a tag that instances, volumes and everything else of the fleet have', () => {
    const template = templateOf(Stack.of(budgetOf(5000)));
    const [, { Properties: budget }] = onlyResource(template, 'AWS::Budgets::Budget');
    expect(budget.Budget).toMatchObject({
      BudgetType: 'COST',
      TimeUnit: 'MONTHLY',
      BudgetLimit: { Amount: 5000, Unit: 'USD' },
      CostFilters: { TagKeyValue: ['user:graviton-fleet$Stack/Fleet'] },
      CostTypes: { UseAmortized: true, IncludeCredit: false, IncludeRefund: false },
    });
    const [, { Properties: launch }] = onlyResource(template, 'AWS::EC2::LaunchTemplate');
    const specifications: Json[] = launch.LaunchTemplateData.TagSpecifications;
    expect(specifications.map(({ ResourceType }) => ResourceType as string)).toEqual(['instance', 'volume']);
    specifications.forEach(({ Tags }) => expect(Tags).toContainEqual(USER_TAG));
    const [, { Properties: group }] = onlyResource(template, 'AWS::AutoScaling::AutoScalingGroup');
    expect(group.Tags).toContainEqual({ ...USER_TAG, PropagateAtLaunch: true });
    const [, { Properties: balancer }] = onlyResource(template, 'AWS::ElasticLoadBalancingV2::LoadBalancer');
    expect(balancer.Tags).toContainEqual(USER_TAG);
  });

  test('alerts at 80 and 100 percent and for the forecast, after the topic lets it', () => {
    const template = templateOf(Stack.of(budgetOf(5000)));
    const [, { Properties, DependsOn }] = onlyResource(template, 'AWS::Budgets::Budget');
    const alerts: Json[] = Properties.NotificationsWithSubscribers;
    expect(
      alerts.map(({ Notification: { NotificationType, Threshold } }) => `${NotificationType} ${Threshold}`),
    ).toEqual(['ACTUAL 80', 'ACTUAL 100', 'FORECASTED 100']);
    const [policyId, policy] = onlyResource(template, 'AWS::SNS::TopicPolicy');
    expect(DependsOn).toContain(policyId);
    const statements: Json[] = policy.Properties.PolicyDocument.Statement;
    const allowed = statements.filter(({ Effect }) => Effect === 'Allow');
    expect(allowed.map(({ Principal }) => Principal.Service as string)).toEqual([
      'cloudwatch.amazonaws.com',
      'budgets.amazonaws.com',
      'costalerts.amazonaws.com',
    ]);
    allowed.forEach(({ Action, Condition }) => {
      expect(Action).toBe('sns:Publish');
      expect(Condition.StringEquals).toEqual({ 'aws:SourceAccount': { Ref: 'AWS::AccountId' } });
    });
    expect(statements.some(({ Effect, Condition }) => Effect === 'Deny' && Condition.Bool['aws:SecureTransport'])).toBe(
      true,
    );
  });

  test('has no anomaly detection unless you ask, because it takes an activated tag', () => {
    expect(resourcesOf(templateOf(Stack.of(budgetOf(5000))), 'AWS::CE::AnomalyMonitor')).toEqual([]);
  });

  test('has monitors of at most ten tag values each', () => {
    const stack = newStack();
    const fleets = Array.from({ length: 12 }, (_, index) => fleetOf(stack, 2, `Fleet${index}`));
    new CostBudget(stack, 'Cost', { fleets, usdPerMonth: 20_000, anomalyThresholdUsd: 50 });
    const template = templateOf(stack);
    const monitors = resourcesOf(template, 'AWS::CE::AnomalyMonitor').map(([, each]) => each.Properties);
    const tags = monitors.map(({ MonitorSpecification }) => JSON.parse(MonitorSpecification as string).Tags);
    expect(tags.map(({ Key, Values }) => `${Key} ${Values.length}`)).toEqual(['graviton-fleet 10', 'graviton-fleet 2']);
    expect(new Set(monitors.map(({ MonitorName }) => MonitorName as string)).size).toBe(2);
    const [, { Properties }] = onlyResource(template, 'AWS::CE::AnomalySubscription');
    expect(Properties).toMatchObject({ Frequency: 'IMMEDIATE', Subscribers: [{ Type: 'SNS' }] });
    expect(Properties.MonitorArnList).toHaveLength(2);
    expect(JSON.parse(Properties.ThresholdExpression as string)).toEqual({
      Dimensions: { Key: 'ANOMALY_TOTAL_IMPACT_ABSOLUTE', MatchOptions: ['GREATER_THAN_OR_EQUAL'], Values: ['50'] },
    });
  });

  test('reports anomalies from an amount on that is only known at deployment', () => {
    const stack = newStack();
    const amount = new CfnParameter(stack, 'Amount', { type: 'Number' });
    new CostBudget(stack, 'Cost', {
      fleets: [fleetOf(stack)],
      usdPerMonth: 5000,
      anomalyThresholdUsd: amount.valueAsNumber,
    });
    const [, { Properties }] = onlyResource(templateOf(stack), 'AWS::CE::AnomalySubscription');
    const [, parts] = Properties.ThresholdExpression['Fn::Join'] as [string, unknown[]];
    expect(parts).toContainEqual({ Ref: 'Amount' });
    expect(
      JSON.parse(parts.map((part) => (typeof part === 'string' ? part : '25')).join('')).Dimensions.Values,
    ).toEqual(['25']);
  });

  test('is watched from another region where CloudFormation does not know budgets', () => {
    const app = newApp();
    const stack = newStack(inRegion('eu-north-1'), app, 'North');
    const fleet = existingFleet(stack, { capacity: FleetCapacity.onDemand({ instanceTypes: ['m8g.4xlarge'] }) });
    const rates = { usdPerVcpuHour: { m8g: 0.05 }, source: 'our contract', asOf: '2026-11-01' };
    const priceBook = PriceBook.published().withEffectiveRates(rates);
    const budget = new CostBudget(stack, 'Cost', { fleets: [fleet], usdPerMonth: 9000, priceBook });
    expect(budget.billing).toBeUndefined();
    const [refused] = problemsOf(() => new BillingBudget(stack, 'Bill', { fleets: [fleet], usdPerMonth: 9000 }));
    expect(refused).toMatchObject({ got: 'eu-north-1' });
    const central = newStack(inRegion('us-east-1'), app, 'Central');
    new BillingBudget(central, 'Bill', { fleets: [fleet], usdPerMonth: 9000, anomalyThresholdUsd: 100 });
    expect(warningsOf(app)).toContain('noBillingBudget');
    const [, { Properties }] = onlyResource(templateOf(central), 'AWS::Budgets::Budget');
    expect(Properties.Budget.CostFilters).toEqual({ TagKeyValue: ['user:graviton-fleet$North/Fleet'] });
    expect(findings(templateOf(central), 'us-east-1')).toEqual([]);
  });

  test('amounts and accounts are checked', () => {
    const app = newApp();
    const stack = newStack(inRegion('us-east-1'), app, 'Other');
    const foreign = fleetOf(new Stack(app, 'Foreign', { env: { account: '210987654321', region: 'us-east-1' } }));
    const props = { fleets: [foreign], usdPerMonth: 0, anomalyThresholdUsd: -1 };
    const got = problemsOf(() => new BillingBudget(stack, 'Bill', props)).map((problem) => problem.got);
    expect(got).toEqual(['0', '-1', 'Foreign/Fleet, of another account']);
  });
});

test('the list of regions without budgets is that of the resource schemas', () => {
  const regions = [
    ...['us-east-1', 'us-east-2', 'us-west-1', 'us-west-2', 'ca-central-1', 'ca-west-1', 'mx-central-1', 'sa-east-1'],
    ...[
      'eu-west-1',
      'eu-west-2',
      'eu-west-3',
      'eu-central-1',
      'eu-central-2',
      'eu-north-1',
      'eu-south-1',
      'eu-south-2',
    ],
    ...['ap-northeast-1', 'ap-northeast-2', 'ap-northeast-3', 'ap-southeast-1', 'ap-southeast-2', 'ap-southeast-3'],
    ...[
      'ap-southeast-4',
      'ap-southeast-5',
      'ap-southeast-6',
      'ap-southeast-7',
      'ap-south-1',
      'ap-south-2',
      'ap-east-1',
    ],
    ...['ap-east-2', 'af-south-1', 'me-south-1', 'me-central-1', 'il-central-1', 'cn-north-1', 'cn-northwest-1'],
    ...['us-gov-west-1', 'us-gov-east-1'],
  ];
  const budget = { BudgetType: 'COST', TimeUnit: 'MONTHLY', BudgetLimit: { Amount: 1, Unit: 'USD' } };
  const template = { Resources: { Budget: { Type: 'AWS::Budgets::Budget', Properties: { Budget: budget } } } };
  const unknown = regions.filter((region) => findings(template, region).some((each) => each.includes('F3006')));
  expect(regions.filter(lacksBudgets)).toEqual(unknown);
  expect(unknown.length).toBeGreaterThan(10);
});

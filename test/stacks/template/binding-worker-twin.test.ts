import { Duration, Stack } from 'aws-cdk-lib';
import * as sns from 'aws-cdk-lib/aws-sns';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import * as fleets from '../../../lib';
import { bind, bindMethods, callMethods } from '../../../lib/stacks/template/private/binding';
import { bindingContext } from '../../support/binding-context';
import { useBuiltInKernels } from '../../support/built-in-kernels';
import { ACCOUNT, inRegion, newApp } from '../../support/fleet-app';
import { useSilentWarnings } from '../../support/silent-warnings';
import { templateOf } from '../../support/template';

useBuiltInKernels();
useSilentWarnings();

const TOPIC = `arn:aws:sns:us-east-1:${ACCOUNT}:alerts`;
const QUEUE = `arn:aws:sqs:us-east-1:${ACCOUNT}:jobs`;

const PROPS = `
image: { runtime: { systemd: { command: [/opt/run, --fast], requiredUnits: [docker.service] } } }
capacity:
  attributes:
    attributes: { vcpus: { min: 8, max: 32 }, families: [m9g, m8g], processors: [graviton5, graviton4] }
    size: { vcpus: { min: 0, max: 256 } }
    placement: { partitions: { count: 2 } }
rollout: { replaceRootVolume: { watch: [] } }
lifecycle: { coldStart: { measured: 4 minutes } }
network: { isolated: { zones: 2, endpoints: [ssm, ssmmessages, imagebuilder, logs, autoscaling, sqs] } }
jobs:
  handler: { program: { command: [/opt/jobs/run], timeout: 10 minutes, isolation: namespaces } }
  queue: ${QUEUE}
  resultRetention: 3 days
  slotsPerVcpu: 0.5
`;

const SCALING = `
- scaleOnJobs: { acceptableLatency: 10 minutes, timePerJob: 30 seconds }
- scaleOnCpu: { disableScaleIn: true }
`;

const POWER_BUDGET = `
fleets: [tools]
kilowatts: 5
split: { percentages: [{ fleet: tools, percentage: 80 }] }
topic: ${TOPIC}
`;
const COST_BUDGET = `{ fleets: [tools], usdPerMonth: 90000, split: { proportional: }, topic: '${TOPIC}' }`;
const BILLING_BUDGET = `{ fleets: [tools], usdPerMonth: 900, topic: '${TOPIC}' }`;
const DASHBOARD = `
fleets: [tools]
content: summary
ownEconomics: [{ fleet: tools, powerUsageEffectiveness: { custom: { value: 1.2, source: site, asOf: '2026-09-01' } } }]
`;

/** The same in TypeScript; resources that exist already are imported below `scope`. */
function propsOf(scope: Construct): fleets.WorkerFleetStackProps {
  const { FleetEndpoint, GravitonProcessor } = fleets;
  return {
    image: {
      runtime: fleets.InferenceRuntime.systemd({
        command: ['/opt/run', '--fast'],
        requiredUnits: ['docker.service'],
      }),
    },
    capacity: fleets.FleetCapacity.attributes({
      attributes: {
        vcpus: { min: 8, max: 32 },
        families: ['m9g', 'm8g'],
        processors: [GravitonProcessor.GRAVITON5, GravitonProcessor.GRAVITON4],
      },
      size: fleets.FleetSize.vcpus({ min: 0, max: 256 }),
      placement: fleets.FleetPlacement.partitions({ count: 2 }),
    }),
    rollout: fleets.FleetRollout.replaceRootVolume({ watch: [] }),
    lifecycle: { coldStart: fleets.ColdStart.measured(Duration.minutes(4)) },
    network: fleets.FleetNetwork.isolated({
      zones: 2,
      endpoints: [
        FleetEndpoint.SYSTEMS_MANAGER,
        FleetEndpoint.SYSTEMS_MANAGER_MESSAGES,
        FleetEndpoint.IMAGE_BUILDER,
        FleetEndpoint.CLOUDWATCH_LOGS,
        FleetEndpoint.AUTO_SCALING,
        FleetEndpoint.SQS,
      ],
    }),
    jobs: {
      handler: fleets.JobHandler.program({
        command: ['/opt/jobs/run'],
        timeout: Duration.minutes(10),
        isolation: fleets.JobIsolation.NAMESPACES,
      }),
      queue: sqs.Queue.fromQueueArn(scope, 'Jobs', QUEUE),
      resultRetention: Duration.days(3),
      slotsPerVcpu: 0.5,
    },
  };
}

function setUp({ fleet }: fleets.WorkerFleetStack): void {
  fleet.scaleOnJobs({ acceptableLatency: Duration.minutes(10), timePerJob: Duration.seconds(30) });
  fleet.scaleOnCpu({ disableScaleIn: true });
}

test('workers, budgets and a dashboard from plain data have the templates of the same in TypeScript', () => {
  const env = inRegion('us-east-1');
  const context = bindingContext();
  const props = bind('WorkerFleetStackProps', parse(PROPS), context) as fleets.WorkerFleetStackProps;
  const bound = new fleets.WorkerFleetStack(newApp(), 'tools', { ...props, env });
  callMethods(bound.fleet, bindMethods('WorkerFleet', parse(SCALING), context), context);
  const named = { ...context, fleets: new Map([['tools', bound.fleet]]) };
  const valueOf = <T>(type: string, data: string) => bind(type, parse(data), named) as T;
  new fleets.PowerBudget(bound, 'Power', valueOf<fleets.PowerBudgetProps>('PowerBudgetProps', POWER_BUDGET));
  new fleets.CostBudget(bound, 'Cost', valueOf<fleets.CostBudgetProps>('CostBudgetProps', COST_BUDGET));
  new fleets.BillingBudget(bound, 'Bill', valueOf<fleets.BillingBudgetProps>('BillingBudgetProps', BILLING_BUDGET));
  new fleets.FleetDashboard(bound, 'All', valueOf<fleets.FleetDashboardProps>('FleetDashboardProps', DASHBOARD));

  const scope = new Stack(undefined, 'Twin');
  const twin = new fleets.WorkerFleetStack(newApp(), 'tools', { ...propsOf(scope), env });
  setUp(twin);
  const group = [twin.fleet];
  const topic = sns.Topic.fromTopicArn(scope, 'Topic', TOPIC);
  const split = fleets.BudgetSplit.percentages([{ fleet: twin.fleet, percentage: 80 }]);
  new fleets.PowerBudget(twin, 'Power', { fleets: group, kilowatts: 5, split, topic });
  const proportional = fleets.BudgetSplit.proportional();
  new fleets.CostBudget(twin, 'Cost', { fleets: group, usdPerMonth: 90000, split: proportional, topic });
  new fleets.BillingBudget(twin, 'Bill', { fleets: group, usdPerMonth: 900, topic });
  const powerUsageEffectiveness = fleets.PowerUsageEffectiveness.custom({
    value: 1.2,
    source: 'site',
    asOf: '2026-09-01',
  });
  new fleets.FleetDashboard(twin, 'All', {
    fleets: group,
    content: fleets.DashboardContent.SUMMARY,
    ownEconomics: [new fleets.FleetEconomics(twin.fleet, { powerUsageEffectiveness })],
  });
  expect(templateOf(bound)).toEqual(templateOf(twin));
});

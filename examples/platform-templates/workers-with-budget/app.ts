import { App, Duration, Stack } from 'aws-cdk-lib';
import {
  CostBudget,
  FleetCapacity,
  ImageComponent,
  InferenceRuntime,
  JobHandler,
  JobIsolation,
  PowerBudget,
  WorkerFleetStack,
} from 'cdk-graviton-fleet';

/** What fleet.yaml says, written in TypeScript. */
export const app = new App();

const env = { account: process.env.CDK_DEFAULT_ACCOUNT, region: 'us-east-1' };

const { fleet } = new WorkerFleetStack(app, 'tools-production', {
  env,
  image: {
    runtime: InferenceRuntime.none(),
    components: [ImageComponent.commands({ name: 'Jobs', buildCommands: ['dnf install -y jq'] })],
  },
  capacity: FleetCapacity.spotFirst({
    instanceTypes: ['m9g.4xlarge', 'm8g.4xlarge'],
    minInstances: 0,
    maxInstances: 40,
  }),
  jobs: {
    handler: JobHandler.program({
      command: ['/usr/bin/jq', '.numbers | add'],
      isolation: JobIsolation.NAMESPACES,
      timeout: Duration.minutes(10),
    }),
    visibilityTimeout: Duration.minutes(2),
  },
});
fleet.scaleOnJobs({ acceptableLatency: Duration.minutes(5), timePerJob: Duration.seconds(20) });

new PowerBudget(new Stack(app, 'power-production', { env }), 'Budget', { fleets: [fleet], kilowatts: 2 });
new CostBudget(new Stack(app, 'cost-production', { env }), 'Budget', { fleets: [fleet], usdPerMonth: 5000 });

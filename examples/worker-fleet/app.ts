import { App, Duration } from 'aws-cdk-lib';
import {
  FleetCapacity,
  ImageComponent,
  InferenceRuntime,
  JobHandler,
  JobIsolation,
  WorkerFleetStack,
} from 'cdk-graviton-fleet';

export const app = new App();

const { fleet } = new WorkerFleetStack(app, 'WorkerFleet', {
  env: { account: process.env.CDK_DEFAULT_ACCOUNT, region: process.env.CDK_DEFAULT_REGION ?? 'us-east-1' },
  image: {
    runtime: InferenceRuntime.none(),
    components: [ImageComponent.commands({ name: 'Jobs', buildCommands: ['dnf install -y jq'] })],
  },
  capacity: FleetCapacity.spotFirst({
    instanceTypes: ['m9g.4xlarge', 'm8g.4xlarge'],
    minInstances: 0,
    maxInstances: 20,
  }),
  jobs: {
    handler: JobHandler.program({ command: ['/usr/bin/jq', '.numbers | add'], isolation: JobIsolation.NAMESPACES }),
  },
});
fleet.scaleOnJobs({ acceptableLatency: Duration.minutes(5), timePerJob: Duration.seconds(20) });

import { App, Duration, Stack } from 'aws-cdk-lib';
import * as route53 from 'aws-cdk-lib/aws-route53';
import {
  BatchFleetStack,
  FleetCapacity,
  FleetCellsStack,
  FleetMeter,
  FleetSize,
  ImageComponent,
  InferenceImageStack,
  InferenceRuntime,
  RayClusterStack,
} from 'cdk-graviton-fleet';

/** What fleet.yaml says, written in TypeScript. */
export const app = new App();

const env = { account: process.env.CDK_DEFAULT_ACCOUNT, region: 'us-east-1' };

const { fleetImage } = new InferenceImageStack(app, 'engines-production', {
  env,
  image: { runtime: InferenceRuntime.none(), components: [ImageComponent.ray(), ImageComponent.ecsAgent()] },
});

// An imported zone is data and may be of any stack; one of no app stays out of this one's assembly.
const hostedZone = route53.HostedZone.fromHostedZoneAttributes(new Stack(undefined, 'Imports'), 'Zone', {
  hostedZoneId: 'Z0123456789ABCDEFGHIJ',
  zoneName: 'models.example.com',
});
const { cells } = new FleetCellsStack(app, 'answers-production', {
  env,
  image: { runtime: InferenceRuntime.container({ image: 'ghcr.io/ggml-org/llama.cpp:server' }) },
  capacity: FleetCapacity.spotFirst({
    instanceTypes: ['m9g.4xlarge', 'm8g.4xlarge'],
    onDemandBase: 1,
    minInstances: 2,
    maxInstances: 10,
  }),
  cells: { count: 2, hostedZone, recordName: 'answers' },
});
cells.cells.forEach((cell) => cell.scaleOnRequestsInFlight({ perInstance: 4 }));

new RayClusterStack(app, 'rollouts-production', {
  env,
  image: fleetImage,
  capacity: FleetCapacity.spotFirst({
    instanceTypes: ['m9g.4xlarge', 'm8g.4xlarge'],
    minInstances: 0,
    maxInstances: 20,
  }),
  idleTimeout: Duration.minutes(10),
});
new BatchFleetStack(app, 'evaluations-production', {
  env,
  image: fleetImage,
  capacity: FleetCapacity.spotFirst({
    instanceTypes: ['m9g.4xlarge', 'm8g.8xlarge'],
    onDemandBase: 32,
    size: FleetSize.vcpus({ min: 0, max: 256 }),
  }),
  updateTimeout: Duration.hours(1),
});

new FleetMeter(new Stack(app, 'exact-production', { env }), 'Meter', {
  fleets: cells.cells,
  interval: Duration.minutes(10),
});

import { Duration, Size, StackProps } from 'aws-cdk-lib';
import * as autoscaling from 'aws-cdk-lib/aws-autoscaling';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import {
  ColdStart,
  FleetCapacity,
  FleetDrain,
  FleetEndpoint,
  FleetNetwork,
  FleetPlacement,
  FleetRollout,
  FleetSize,
  GravitonProcessor,
  ImageComponent,
  ImpairedZoneBehavior,
  InferenceRuntime,
  JobHandler,
  JobIsolation,
  KernelBundle,
  PredictiveLoad,
  PredictiveScalingMode,
  SpotNotice,
  WorkerFleetStack,
} from 'cdk-graviton-fleet';

/** Untrusted code in sandboxes, in a network that nothing can leave: every option of a fleet of workers. */
export class CompleteWorkersStack extends WorkerFleetStack {
  constructor(scope: Construct, id: string, props: StackProps) {
    super(scope, id, {
      ...props,
      image: {
        runtime: InferenceRuntime.none(),
        kernels: [KernelBundle.builtIn()],
        components: [
          ImageComponent.commands({
            name: 'Sandbox',
            buildCommands: ['dnf install -y python3'],
            testCommands: ['python3 -c "print(1)"'],
          }),
        ],
        builder: { rootVolumeSize: Size.gibibytes(20) },
      },
      capacity: sandboxCapacity(),
      jobs: {
        handler: JobHandler.program({
          command: ['/usr/bin/python3', '-I', '-'],
          isolation: JobIsolation.SYSTEMD,
          environment: { PYTHONHASHSEED: '0' },
          timeout: Duration.minutes(10),
        }),
        slotsPerVcpu: 2,
        visibilityTimeout: Duration.minutes(2),
        maxReceiveCount: 5,
        retention: Duration.days(2),
        resultRetention: Duration.days(7),
      },
      rollout: FleetRollout.rolling({
        minHealthyPercentage: 90,
        maxHealthyPercentage: 120,
        bakeTime: Duration.minutes(10),
      }),
      lifecycle: {
        coldStart: ColdStart.of({
          boot: Duration.seconds(45),
          weights: Duration.seconds(0),
          warmUp: Duration.seconds(15),
        }),
        drain: FleetDrain.within(Duration.minutes(10), { spotNotice: SpotNotice.MAY_CUT }),
        healthCheckGracePeriod: Duration.minutes(2),
      },
      network: FleetNetwork.isolated({ endpoints: Object.values(FleetEndpoint), zones: 3 }),
    });
    this.fleet.userData.addCommands('sysctl -w kernel.unprivileged_bpf_disabled=1');
    this.scale();
    this.watch();
  }

  private scale(): void {
    const { fleet } = this;
    fleet.scaleOnJobs({ acceptableLatency: Duration.minutes(2), timePerJob: Duration.seconds(30) });
    fleet.scaleOnCpu({ targetUtilizationPercent: 85, disableScaleIn: true });
    fleet.scaleOnSchedule('Morning', {
      schedule: autoscaling.Schedule.cron({ hour: '7', minute: '30', weekDay: 'MON-FRI' }),
      minInstances: 4,
      timeZone: 'Europe/Berlin',
    });
    fleet.scaleOnSchedule('Evening', {
      schedule: autoscaling.Schedule.cron({ hour: '20', minute: '0', weekDay: 'MON-FRI' }),
      minInstances: 0,
      timeZone: 'Europe/Berlin',
    });
    fleet.scalePredictively({ load: PredictiveLoad.cpuUtilization(60), mode: PredictiveScalingMode.FORECAST_ONLY });
  }

  private watch(): void {
    new cloudwatch.Alarm(this, 'JobsPileUp', {
      alarmDescription: 'More than ten thousand jobs wait',
      metric: this.fleet.metricWaitingJobs({ period: Duration.minutes(5) }),
      threshold: 10_000,
      evaluationPeriods: 3,
    });
  }
}

/** From zero to 640 vCPUs of whatever Graviton with local disks is cheapest, spread over zones. */
function sandboxCapacity(): FleetCapacity {
  return FleetCapacity.attributes({
    attributes: {
      vcpus: { min: 8, max: 64 },
      memoryGib: { min: 32, max: 512 },
      memoryGibPerVcpu: { min: 4, max: 8 },
      localStorageGb: { min: 100, max: 8000 },
      networkBaselineGbps: { min: 3 },
      processors: [GravitonProcessor.GRAVITON3, GravitonProcessor.GRAVITON4],
    },
    size: FleetSize.vcpus({ min: 0, max: 640 }),
    onDemandPercentageAboveBase: 0,
    placement: FleetPlacement.partitions({
      count: 2,
      distribution: autoscaling.CapacityDistributionStrategy.BALANCED_BEST_EFFORT,
      zonalShift: ImpairedZoneBehavior.IGNORE_UNHEALTHY,
    }),
  });
}

import { Duration, Fn, RemovalPolicy, Size, Stack, StackProps } from 'aws-cdk-lib';
import * as autoscaling from 'aws-cdk-lib/aws-autoscaling';
import * as acm from 'aws-cdk-lib/aws-certificatemanager';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { Schedule } from 'aws-cdk-lib/aws-events';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import {
  BaseImage,
  BillingBudget,
  ColdStart,
  CrossZone,
  FleetCapacity,
  FleetDashboard,
  FleetDrain,
  FleetLoadBalancing,
  FleetRollout,
  GridIntensity,
  ImageComponent,
  ImageLogs,
  InferenceFleet,
  InferenceImage,
  InferenceRuntime,
  KernelBundle,
  PowerBudget,
  PowerCurve,
  PowerModel,
  PowerUsageEffectiveness,
  PredictiveLoad,
  PredictiveScalingMode,
  PriceBook,
  SpotNotice,
  SpotPriceMeaning,
  VulnerabilityScan,
  VulnerabilitySeverity,
} from 'cdk-graviton-fleet';

export interface CompleteFleetStackProps extends StackProps {
  /** ARN of the certificate under which clients call the fleet. */
  readonly certificateArn: string;
}

/** Private addresses that no peered network uses. */
const NETWORK_CIDR = '10.0.0.0/16';

/** Every option of every construct, each with a value that a production fleet could use. */
export class CompleteFleetStack extends Stack {
  constructor(scope: Construct, id: string, props: CompleteFleetStackProps) {
    super(scope, id, props);
    const vpc = this.createNetwork();
    const image = this.createImage(vpc);
    const fleet = this.createFleet(vpc, image, props.certificateArn);
    new FleetDashboard(this, 'Dashboard', {
      fleets: [fleet],
      powerModel: PowerModel.published({ curve: PowerCurve.LINEAR }),
      priceBook: PriceBook.published()
        .withEffectiveRates({
          usdPerVcpuHour: { m9g: 0.0352, m8g: 0.0323 },
          source: 'Compute Savings Plan, 1 year, no upfront (example figures)',
          asOf: '2026-11-01',
        })
        .withSpotPrices({
          usdPerHour: { 'm9g.4xlarge': 0.31, 'm8g.4xlarge': 0.27, 'm9g.8xlarge': 0.62, 'm8g.8xlarge': 0.54 },
          region: 'us-east-1',
          meaning: SpotPriceMeaning.MEAN_30_DAYS,
          source: 'DescribeSpotPriceHistory (example figures)',
          asOf: '2026-11-01',
        }),
      powerUsageEffectiveness: PowerUsageEffectiveness.published(),
      gridIntensity: GridIntensity.published(),
    });
    const power = new PowerBudget(this, 'PowerBudget', { fleets: [fleet], kilowatts: 5 });
    new BillingBudget(this, 'BillingBudget', { fleets: [fleet], usdPerMonth: 20_000, topic: power.topic });
  }

  /** Two zones of the region at deployment, so that `Vpc` looks nothing up during synthesis. */
  public override get availabilityZones(): string[] {
    return [Fn.select(0, Fn.getAzs()), Fn.select(1, Fn.getAzs())];
  }

  private createNetwork(): ec2.IVpc {
    return new ec2.Vpc(this, 'Vpc', {
      ipAddresses: ec2.IpAddresses.cidr(NETWORK_CIDR),
      maxAzs: 2,
      natGateways: 1,
      restrictDefaultSecurityGroup: false,
      flowLogs: { Refused: { trafficType: ec2.FlowLogTrafficType.REJECT } },
      subnetConfiguration: [
        { name: 'Public', subnetType: ec2.SubnetType.PUBLIC, mapPublicIpOnLaunch: false, cidrMask: 24 },
        { name: 'Inference', subnetType: ec2.SubnetType.PRIVATE_WITH_EGRESS, cidrMask: 20 },
      ],
    });
  }

  private createImage(vpc: ec2.IVpc): InferenceImage {
    const image = new InferenceImage(this, 'Image', {
      vpc,
      kernels: [KernelBundle.builtIn()],
      runtime: InferenceRuntime.container({
        image: 'ghcr.io/ggml-org/llama.cpp:server',
        port: 8080,
        healthPath: '/health',
        command: ['--host', '0.0.0.0', '--port', '8080', '--parallel', '4', '--metrics'],
        environment: { LLAMA_ARG_HF_REPO: 'ggml-org/gemma-3-4b-it-GGUF', LLAMA_ARG_CTX_SIZE: '16384' },
      }),
      baseImage: BaseImage.amazonLinux2023(),
      components: [
        ImageComponent.tuning({ kernelParameters: { 'vm.swappiness': '10' } }),
        ImageComponent.cloudWatchAgent({ metricNamespace: 'Chat' }),
      ],
      builder: {
        instanceTypes: ['m9g.xlarge', 'm8g.xlarge'],
        testInstanceTypes: ['m9g.large', 'm8g.large'],
        vpcSubnets: { subnetGroupName: 'Inference' },
        rootVolumeSize: Size.gibibytes(40),
        encryptionKey: new kms.Key(this, 'ImageKey', { enableKeyRotation: true }),
        logs: ImageLogs.toLogGroup(),
        vulnerabilityScan: VulnerabilityScan.packageAdvisories({ stopAt: VulnerabilitySeverity.HIGH }),
      },
    });
    image.addScheduledRebuild({ schedule: Schedule.cron({ weekDay: 'MON', hour: '3', minute: '0' }) });
    image.keepLast(5, { unusedFor: Duration.days(60) });
    return image;
  }

  /** The application counts its own failures; an alarm on them fails the roll-out and brings the earlier AMI back. */
  private createErrorAlarm(): cloudwatch.Alarm {
    return new cloudwatch.Metric({
      namespace: 'Chat',
      metricName: 'FailedRequests',
      statistic: 'Sum',
      period: Duration.minutes(1),
    }).createAlarm(this, 'FailedRequests', {
      alarmDescription: 'Requests of the chat application fail',
      threshold: 5,
      evaluationPeriods: 3,
      treatMissingData: cloudwatch.TreatMissingData.NOT_BREACHING,
    });
  }

  private createLogBucket(): s3.Bucket {
    return new s3.Bucket(this, 'AccessLogs', {
      encryption: s3.BucketEncryption.S3_MANAGED,
      blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
      enforceSSL: true,
      lifecycleRules: [{ expiration: Duration.days(30) }],
      removalPolicy: RemovalPolicy.DESTROY,
    });
  }

  private createFleet(vpc: ec2.IVpc, image: InferenceImage, certificateArn: string): InferenceFleet {
    const fleet = new InferenceFleet(this, 'Chat', {
      vpc,
      image,
      capacity: FleetCapacity.spotFirst({
        instanceTypes: ['m9g.4xlarge', 'm8g.4xlarge', 'm9g.8xlarge', 'm8g.8xlarge'],
        minInstances: 2,
        maxInstances: 12,
        onDemandBase: 2,
        onDemandPercentageAboveBase: 25,
      }),
      rollout: FleetRollout.canary({
        canaryPercentage: 20,
        canaryTime: Duration.minutes(10),
        alarms: [this.createErrorAlarm()],
        bakeTime: Duration.minutes(10),
        minHealthyPercentage: 100,
        maxHealthyPercentage: 150,
      }),
      loadBalancing: FleetLoadBalancing.alb({
        certificate: acm.Certificate.fromCertificateArn(this, 'Certificate', certificateArn),
        sslPolicy: elbv2.SslPolicy.TLS13_12_RES_PQ,
        accessLogs: this.createLogBucket(),
        idleTimeout: Duration.minutes(5),
        clientKeepAlive: Duration.hours(1),
        crossZone: CrossZone.ON,
      }),
      lifecycle: {
        coldStart: ColdStart.of({
          boot: Duration.seconds(45),
          weights: Duration.seconds(90),
          warmUp: Duration.seconds(45),
        }),
        drain: FleetDrain.forGenerations({
          maxTokens: 2048,
          timePerToken: Duration.millis(50),
          timeToFirstToken: Duration.seconds(5),
          spotNotice: SpotNotice.MUST_SUFFICE,
        }),
        healthCheckGracePeriod: Duration.minutes(5),
      },
      vpcSubnets: { subnetGroupName: 'Inference' },
    });
    fleet.userData.addCommands('sysctl -w vm.swappiness=1');
    fleet.connections.allowDefaultPortFrom(ec2.Peer.ipv4(NETWORK_CIDR), 'Clients in the network');
    this.scale(fleet);
    fleet.addRolloutAlarm(
      new cloudwatch.Alarm(this, 'FailingRequests', {
        alarmDescription: 'More than one request in a hundred fails',
        metric: fleet.metricServerErrorRate({ period: Duration.minutes(1) }),
        threshold: 1,
        evaluationPeriods: 3,
      }),
    );
    return fleet;
  }

  private scale(fleet: InferenceFleet): void {
    fleet.scaleOnRequestsInFlight({ perInstance: 3, averageRequestTime: Duration.seconds(20) });
    fleet.scaleOnCpu({ targetUtilizationPercent: 80 });
    fleet.scaleOnTokensPerSecond({
      tokens: new cloudwatch.Metric({
        namespace: 'Chat',
        metricName: 'Tokens',
        statistic: 'Sum',
        period: Duration.seconds(10),
      }),
      perInstance: 80,
    });
    fleet.scaleOnMetric('WaitingRequests', {
      metric: new cloudwatch.Metric({ namespace: 'Chat', metricName: 'WaitingRequests', period: Duration.minutes(1) }),
      target: 2,
      disableScaleIn: true,
    });
    fleet.scaleOnSchedule('Morning', {
      schedule: autoscaling.Schedule.cron({ hour: '7', minute: '30', weekDay: 'MON-FRI' }),
      minInstances: 4,
      timeZone: 'Europe/Berlin',
    });
    fleet.scaleOnSchedule('Evening', {
      schedule: autoscaling.Schedule.cron({ hour: '20', minute: '0', weekDay: 'MON-FRI' }),
      minInstances: 2,
      timeZone: 'Europe/Berlin',
    });
    fleet.scalePredictively({ load: PredictiveLoad.requests(60), mode: PredictiveScalingMode.FORECAST_ONLY });
  }
}

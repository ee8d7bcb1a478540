import { Duration, Size, Stack, TimeZone } from 'aws-cdk-lib';
import * as autoscaling from 'aws-cdk-lib/aws-autoscaling';
import * as acm from 'aws-cdk-lib/aws-certificatemanager';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import * as events from 'aws-cdk-lib/aws-events';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import * as fleets from '../../../lib';
import { bind, bindMethods, callMethods } from '../../../lib/stacks/template/private/binding';
import { bindingContext } from '../../support/binding-context';
import { useBuiltInKernels } from '../../support/built-in-kernels';
import { CERTIFICATE_ARN, inRegion, newApp } from '../../support/fleet-app';
import { useSilentWarnings } from '../../support/silent-warnings';
import { templateOf } from '../../support/template';

useBuiltInKernels();
useSilentWarnings();

const PROPS = `
description: A fleet with everything
terminationProtection: true
stackName: chat
tags: { team: chat }
image:
  runtime:
    container:
      image: ghcr.io/ggml-org/llama.cpp:server
      command: [--port, '8080']
      environment: { MODEL: small }
      placement: { perCores: 4 }
      slotsPerProcess: 8
  kernels: [{ builtIn: }]
  baseImage: { fromSsmParameter: /images/base }
  components:
    - cloudWatchAgent: { interval: 1 minute }
    - tuning: { transparentHugePages: always, kernelParameters: { vm.swappiness: '1' } }
    - commands: { name: fetch, buildCommands: [touch /opt/fetched] }
    - withoutHardening:
  builder:
    encryptionKey: arn:aws:kms:us-east-1:123456789012:key/00000000-0000-4000-8000-000000000000
    rootVolumeSize: 64 GiB
    vulnerabilityScan: { packageAdvisories: { stopAt: HIGH } }
    logs: { toLogGroup: /fleets/images }
  distribution:
    to: [{ region: us-west-2, tags: { from: us } }]
capacity:
  mixedGenerations:
    instanceTypes: [m9g.4xlarge, c9g.4xlarge]
    processors: [graviton4]
    onDemandBase: 2
    size: { instances: { min: 2, max: 12 } }
    placement: { zones: { distribution: balanced-only, zonalShift: ReplaceUnhealthy } }
rollout:
  canary:
    canaryTime: 20 minutes
    alarms: ['arn:aws:cloudwatch:us-east-1:123456789012:alarm:errors']
    watch:
      - recommended:
      - runtimeCrashes: { atLeast: 4 }
lifecycle:
  coldStart: { of: { boot: 40 seconds, weights: 2 minutes } }
  drain: { within: { longestRequest: 90 seconds, spotNotice: MayCut } }
  warmPool: { stopped: { minInstances: 1 } }
network:
  existing:
    vpc:
      id: vpc-0123456789abcdef0
      availabilityZones: [us-east-1a, us-east-1b]
      privateSubnetIds: [subnet-0123456789abcdef0, subnet-0123456789abcdef1]
      privateSubnetRouteTableIds: [rtb-0123456789abcdef0, rtb-0123456789abcdef1]
    subnets: { subnetFilters: [{ byIds: [subnet-0123456789abcdef0, subnet-0123456789abcdef1] }] }
economics:
  powerModel: { published: { curve: LINEAR } }
  gridIntensity:
    custom:
      gramsPerKwh: { low: 100, typical: 200, high: 300 }
      method: contract
      source: the provider
      asOf: '2026-09-01'
  priceBook:
    published:
    withDiscount: [{ percent: 20, source: contract, asOf: '2026-09-01' }]
loadBalancing:
  alb:
    certificate: arn:aws:acm:us-east-1:123456789012:certificate/00000000-0000-4000-8000-000000000000
    accessLogs: access-logs
    sslPolicy: ELBSecurityPolicy-TLS13-1-2-2021-06
    idleTimeout: 5 minutes
`;

const SCALING = `
- scaleOnRequestsInFlight: { perInstance: 4 }
- scaleOnCpu:
- scaleOnTokensPerSecond:
    perInstance: 900
    tokens: { namespace: Chat, metricName: Tokens, dimensions: { model: small }, statistic: Sum, period: 1 minute }
- scaleOnMetric:
    id: Waiting
    metric: { namespace: Chat, metricName: Waiting, period: 1 minute }
    target: 3
- scaleOnSchedule: { id: Night, schedule: { cron: { hour: '3', minute: '0' } }, minInstances: 2, timeZone: Europe/Berlin }
- scalePredictively: { load: { cpuUtilization: 50 }, mode: ForecastAndScale }
- scaleOnQueueBacklog:
    queue: arn:aws:sqs:us-east-1:123456789012:jobs
    acceptableLatency: 10 minutes
    timePerMessage: 30 seconds
- wakeOnRequests: { instances: 2 }
`;

const UPKEEP = `
- addScheduledRebuild: { schedule: { cron: { weekDay: SUN, hour: '3', minute: '0' } }, timeZone: Europe/Berlin }
- keepLast: { count: 5, unusedFor: 30 days }
`;

/** The same in TypeScript; resources that exist already are imported below `scope`. */
function propsOf(scope: Construct): fleets.InferenceFleetStackProps {
  return {
    description: 'A fleet with everything',
    terminationProtection: true,
    stackName: 'chat',
    tags: { team: 'chat' },
    image: imageOf(scope),
    capacity: fleets.FleetCapacity.mixedGenerations({
      instanceTypes: ['m9g.4xlarge', 'c9g.4xlarge'],
      processors: [fleets.GravitonProcessor.GRAVITON4],
      onDemandBase: 2,
      size: fleets.FleetSize.instances({ min: 2, max: 12 }),
      placement: fleets.FleetPlacement.zones({
        distribution: autoscaling.CapacityDistributionStrategy.BALANCED_ONLY,
        zonalShift: fleets.ImpairedZoneBehavior.REPLACE_UNHEALTHY,
      }),
    }),
    rollout: fleets.FleetRollout.canary({
      canaryTime: Duration.minutes(20),
      alarms: [cloudwatch.Alarm.fromAlarmArn(scope, 'Alarm', 'arn:aws:cloudwatch:us-east-1:123456789012:alarm:errors')],
      watch: [...fleets.RolloutAlarm.recommended(), fleets.RolloutAlarm.runtimeCrashes({ atLeast: 4 })],
    }),
    lifecycle: {
      coldStart: fleets.ColdStart.of({ boot: Duration.seconds(40), weights: Duration.minutes(2) }),
      drain: fleets.FleetDrain.within(Duration.seconds(90), { spotNotice: fleets.SpotNotice.MAY_CUT }),
      warmPool: fleets.WarmPool.stopped({ minInstances: 1 }),
    },
    network: networkOf(scope),
    economics: {
      powerModel: fleets.PowerModel.published({ curve: fleets.PowerCurve.LINEAR }),
      gridIntensity: fleets.GridIntensity.custom({
        gramsPerKwh: { low: 100, typical: 200, high: 300 },
        method: 'contract',
        source: 'the provider',
        asOf: '2026-09-01',
      }),
      priceBook: fleets.PriceBook.published().withDiscount({ percent: 20, source: 'contract', asOf: '2026-09-01' }),
    },
    loadBalancing: fleets.FleetLoadBalancing.alb({
      certificate: acm.Certificate.fromCertificateArn(scope, 'Certificate', CERTIFICATE_ARN),
      accessLogs: s3.Bucket.fromBucketName(scope, 'AccessLogs', 'access-logs'),
      sslPolicy: elbv2.SslPolicy.RECOMMENDED_TLS,
      idleTimeout: Duration.minutes(5),
    }),
  };
}

function imageOf(scope: Construct): fleets.InferenceImageOptions {
  const key = 'arn:aws:kms:us-east-1:123456789012:key/00000000-0000-4000-8000-000000000000';
  return {
    runtime: fleets.InferenceRuntime.container({
      image: 'ghcr.io/ggml-org/llama.cpp:server',
      command: ['--port', '8080'],
      environment: { MODEL: 'small' },
      placement: fleets.ProcessPlacement.perCores(4),
      slotsPerProcess: 8,
    }),
    kernels: [fleets.KernelBundle.builtIn()],
    baseImage: fleets.BaseImage.fromSsmParameter('/images/base'),
    components: [
      fleets.ImageComponent.cloudWatchAgent({ interval: Duration.minutes(1) }),
      fleets.ImageComponent.tuning({
        transparentHugePages: fleets.TransparentHugePages.ALWAYS,
        kernelParameters: { 'vm.swappiness': '1' },
      }),
      fleets.ImageComponent.commands({ name: 'fetch', buildCommands: ['touch /opt/fetched'] }),
      fleets.ImageComponent.withoutHardening(),
    ],
    builder: {
      encryptionKey: kms.Key.fromKeyArn(scope, 'Key', key),
      rootVolumeSize: Size.gibibytes(64),
      vulnerabilityScan: fleets.VulnerabilityScan.packageAdvisories({ stopAt: fleets.VulnerabilitySeverity.HIGH }),
      logs: fleets.ImageLogs.toLogGroup(logs.LogGroup.fromLogGroupName(scope, 'Logs', '/fleets/images')),
    },
    distribution: fleets.ImageDistribution.to({
      region: 'us-west-2',
      tags: { from: 'us' },
    }),
  };
}

function networkOf(scope: Construct): fleets.FleetNetwork {
  const subnets = ['subnet-0123456789abcdef0', 'subnet-0123456789abcdef1'];
  const vpc = ec2.Vpc.fromVpcAttributes(scope, 'Vpc', {
    vpcId: 'vpc-0123456789abcdef0',
    availabilityZones: ['us-east-1a', 'us-east-1b'],
    privateSubnetIds: subnets,
    privateSubnetRouteTableIds: ['rtb-0123456789abcdef0', 'rtb-0123456789abcdef1'],
  });
  return fleets.FleetNetwork.existing(vpc, { subnetFilters: [ec2.SubnetFilter.byIds(subnets)] });
}

function setUp({ fleet, image }: fleets.InferenceFleetStack, scope: Construct): void {
  const period = Duration.minutes(1);
  fleet.scaleOnRequestsInFlight({ perInstance: 4 });
  fleet.scaleOnCpu();
  fleet.scaleOnTokensPerSecond({
    perInstance: 900,
    tokens: new cloudwatch.Metric({
      namespace: 'Chat',
      metricName: 'Tokens',
      dimensionsMap: { model: 'small' },
      statistic: 'Sum',
      period,
    }),
  });
  fleet.scaleOnMetric('Waiting', {
    metric: new cloudwatch.Metric({ namespace: 'Chat', metricName: 'Waiting', period }),
    target: 3,
  });
  fleet.scaleOnSchedule('Night', {
    schedule: autoscaling.Schedule.cron({ hour: '3', minute: '0' }),
    minInstances: 2,
    timeZone: 'Europe/Berlin',
  });
  fleet.scalePredictively({
    load: fleets.PredictiveLoad.cpuUtilization(50),
    mode: fleets.PredictiveScalingMode.FORECAST_AND_SCALE,
  });
  fleet.scaleOnQueueBacklog({
    queue: sqs.Queue.fromQueueArn(scope, 'Jobs', 'arn:aws:sqs:us-east-1:123456789012:jobs'),
    acceptableLatency: Duration.minutes(10),
    timePerMessage: Duration.seconds(30),
  });
  fleet.wakeOnRequests({ instances: 2 });
  image.addScheduledRebuild({
    schedule: events.Schedule.cron({ weekDay: 'SUN', hour: '3', minute: '0' }),
    timeZone: TimeZone.EUROPE_BERLIN,
  });
  image.keepLast(5, { unusedFor: Duration.days(30) });
}

test('a fleet from plain data has the template of the same fleet in TypeScript', () => {
  const env = inRegion('us-east-1');
  const context = bindingContext();
  const props = bind('InferenceFleetStackProps', parse(PROPS), context) as fleets.InferenceFleetStackProps;
  const bound = new fleets.InferenceFleetStack(newApp(), 'chat', { ...props, env });
  callMethods(bound.fleet, bindMethods('InferenceFleet', parse(SCALING), context), context);
  callMethods(bound.image, bindMethods('InferenceImage', parse(UPKEEP), context), context);

  const scope = new Stack(undefined, 'Twin');
  const twin = new fleets.InferenceFleetStack(newApp(), 'chat', { ...propsOf(scope), env });
  setUp(twin, scope);
  expect(templateOf(bound)).toEqual(templateOf(twin));
  expect([bound.stackName, bound.tags.tagValues(), bound.terminationProtection]).toEqual([
    'chat',
    twin.tags.tagValues(),
    true,
  ]);
});

import { Duration, Stack, StackProps, Tags } from 'aws-cdk-lib';
import * as autoscaling from 'aws-cdk-lib/aws-autoscaling';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as imagebuilder from 'aws-cdk-lib/aws-imagebuilder';
import * as cloudwatchLogs from 'aws-cdk-lib/aws-logs';
import { Asset } from 'aws-cdk-lib/aws-s3-assets';
import { Construct } from 'constructs';

export interface FleetByHandProps extends StackProps {
  /** Directory of the kernel bundle. */
  readonly kernels: string;
}

/** The parts of which the package's own image is installed. */
const COMPONENTS = ['BootCheck', 'Agents', 'Kernels', 'Tuning', 'Runtime', 'Hardening', 'VulnerabilityScan'];

/** What an engineer would write without this package to get the resources of a minimal fleet. */
export class FleetByHand extends Stack {
  constructor(scope: Construct, id: string, props: FleetByHandProps) {
    super(scope, id, props);
    const vpc = this.createNetwork();
    const amiId = this.createImage(vpc, props.kernels);
    const targetGroup = this.createLoadBalancer(vpc);
    const group = this.createGroup(vpc, amiId);
    group.attachToApplicationTargetGroup(targetGroup);
    this.createAlarms(targetGroup);
    this.createDashboard(group, targetGroup);
  }

  private createNetwork(): ec2.Vpc {
    return new ec2.Vpc(this, 'Vpc', {
      maxAzs: 2,
      natGateways: 1,
      restrictDefaultSecurityGroup: false,
      subnetConfiguration: [
        { name: 'Public', subnetType: ec2.SubnetType.PUBLIC, mapPublicIpOnLaunch: false, cidrMask: 24 },
        { name: 'Private', subnetType: ec2.SubnetType.PRIVATE_WITH_EGRESS, cidrMask: 20 },
      ],
      flowLogs: { Refused: { trafficType: ec2.FlowLogTrafficType.REJECT } },
      gatewayEndpoints: { S3: { service: ec2.GatewayVpcEndpointAwsService.S3 } },
    });
  }

  private createImage(vpc: ec2.Vpc, kernels: string): string {
    const asset = new Asset(this, 'Kernels', { path: kernels });
    const role = new iam.Role(this, 'BuilderRole', {
      assumedBy: new iam.ServicePrincipal('ec2.amazonaws.com'),
      managedPolicies: ['EC2InstanceProfileForImageBuilder', 'AmazonSSMManagedInstanceCore'].map((name) =>
        iam.ManagedPolicy.fromAwsManagedPolicyName(name),
      ),
    });
    role.addToPolicy(
      new iam.PolicyStatement({ actions: ['s3:GetObject'], resources: [asset.bucket.arnForObjects('*')] }),
    );
    const logs = new cloudwatchLogs.LogGroup(this, 'ImageLogs', { retention: cloudwatchLogs.RetentionDays.ONE_MONTH });
    logs.grantWrite(role);
    const components = COMPONENTS.map(
      (name) =>
        new imagebuilder.CfnComponent(this, `${name}Component`, {
          name: `${this.stackName}-${name}`,
          platform: 'Linux',
          version: '1.0.x',
          data: JSON.stringify({ name, schemaVersion: '1.0', phases: [{ name: 'build', source: asset.s3ObjectUrl }] }),
        }),
    );
    const recipe = new imagebuilder.CfnImageRecipe(this, 'Recipe', {
      name: `${this.stackName}-Recipe`,
      version: '1.0.x',
      parentImage: 'ssm:/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-arm64',
      components: components.map(({ attrArn }) => ({ componentArn: attrArn })),
      blockDeviceMappings: [{ deviceName: '/dev/xvda', ebs: { encrypted: true, volumeType: 'gp3', volumeSize: 30 } }],
    });
    const securityGroup = new ec2.SecurityGroup(this, 'BuilderSecurityGroup', { vpc });
    const profile = new iam.InstanceProfile(this, 'BuilderProfile', { role });
    const infrastructure = new imagebuilder.CfnInfrastructureConfiguration(this, 'Infrastructure', {
      name: `${this.stackName}-Infrastructure`,
      instanceTypes: ['m9g.large'],
      instanceProfileName: profile.instanceProfileName,
      subnetId: vpc.privateSubnets[0].subnetId,
      securityGroupIds: [securityGroup.securityGroupId],
      instanceMetadataOptions: { httpTokens: 'required', httpPutResponseHopLimit: 1 },
    });
    const executionRole = new iam.Role(this, 'ExecutionRole', {
      assumedBy: new iam.ServicePrincipal('imagebuilder.amazonaws.com'),
      managedPolicies: [iam.ManagedPolicy.fromAwsManagedPolicyName('EC2ImageBuilderExecutionPolicy')],
    });
    logs.grantWrite(executionRole);
    const workflow = new imagebuilder.CfnWorkflow(this, 'TestWorkflow', {
      name: `${this.stackName}-Test`,
      type: 'TEST',
      version: '1.0.x',
      data: JSON.stringify({ name: 'Test', schemaVersion: '1.0', steps: [] }),
    });
    const image = new imagebuilder.CfnImage(this, 'Image', {
      imageRecipeArn: recipe.attrArn,
      infrastructureConfigurationArn: infrastructure.attrArn,
      imageTestsConfiguration: { imageTestsEnabled: true, timeoutMinutes: 60 },
      executionRole: executionRole.roleArn,
      workflows: [{ workflowArn: workflow.attrArn }],
      loggingConfiguration: { logGroupName: logs.logGroupName },
    });
    image.node.addDependency(role, vpc.internetConnectivityEstablished);
    return image.attrImageId;
  }

  private createLoadBalancer(vpc: ec2.Vpc): elbv2.ApplicationTargetGroup {
    const loadBalancer = new elbv2.ApplicationLoadBalancer(this, 'LoadBalancer', { vpc, internetFacing: false });
    const targetGroup = new elbv2.ApplicationTargetGroup(this, 'Targets', {
      vpc,
      targetType: elbv2.TargetType.INSTANCE,
      protocol: elbv2.ApplicationProtocol.HTTP,
      port: 8080,
      deregistrationDelay: Duration.seconds(120),
      healthCheck: { path: '/health', healthyHttpCodes: '200' },
    });
    loadBalancer.addListener('Listener', { port: 80, open: false, defaultTargetGroups: [targetGroup] });
    return targetGroup;
  }

  private createGroup(vpc: ec2.Vpc, imageId: string): autoscaling.AutoScalingGroup {
    const securityGroup = new ec2.SecurityGroup(this, 'InstanceSecurityGroup', { vpc });
    const role = new iam.Role(this, 'InstanceRole', {
      assumedBy: new iam.ServicePrincipal('ec2.amazonaws.com'),
      managedPolicies: [iam.ManagedPolicy.fromAwsManagedPolicyName('AmazonSSMManagedInstanceCore')],
    });
    const launchTemplate = new ec2.LaunchTemplate(this, 'LaunchTemplate', {
      machineImage: {
        getImage: () => ({ imageId, osType: ec2.OperatingSystemType.LINUX, userData: ec2.UserData.forLinux() }),
      },
      role,
      securityGroup,
      requireImdsv2: true,
      httpPutResponseHopLimit: 2,
      detailedMonitoring: false,
      blockDevices: [{ deviceName: '/dev/xvda', volume: ec2.BlockDeviceVolume.ebs(30, { encrypted: true }) }],
    });
    Tags.of(launchTemplate).add('Name', this.node.path);
    role.addToPolicy(new iam.PolicyStatement({ actions: ['cloudwatch:PutMetricData'], resources: ['*'] }));
    const group = new autoscaling.AutoScalingGroup(this, 'Group', {
      vpc,
      mixedInstancesPolicy: {
        launchTemplate,
        launchTemplateOverrides: [{ instanceType: new ec2.InstanceType('m9g.4xlarge') }],
        instancesDistribution: { onDemandPercentageAboveBaseCapacity: 100 },
      },
      minCapacity: 2,
      maxCapacity: 2,
      groupMetrics: [autoscaling.GroupMetrics.all()],
      healthChecks: autoscaling.HealthChecks.withAdditionalChecks({
        additionalTypes: [autoscaling.AdditionalHealthCheckType.ELB],
        gracePeriod: Duration.minutes(5),
      }),
      updatePolicy: autoscaling.UpdatePolicy.instanceRefresh({
        strategy: autoscaling.InstanceRefreshStrategy.ROLLING,
        checkpointPercentages: [10, 100],
        checkpointDelay: Duration.minutes(15),
      }),
    });
    new iam.Policy(this, 'DrainPolicy', {
      roles: [role],
      statements: [
        new iam.PolicyStatement({
          actions: ['autoscaling:CompleteLifecycleAction', 'autoscaling:RecordLifecycleActionHeartbeat'],
          resources: [group.autoScalingGroupArn],
        }),
      ],
    });
    return group;
  }

  private createAlarms(targets: elbv2.ApplicationTargetGroup): void {
    const { metrics } = targets;
    const watched = {
      Crashes: new cloudwatch.Metric({ namespace: 'GravitonFleet', metricName: 'IllegalInstructions' }),
      Errors: metrics.httpCodeTarget(elbv2.HttpCodeTarget.TARGET_5XX_COUNT),
      Unhealthy: metrics.unhealthyHostCount(),
    };
    for (const [id, metric] of Object.entries(watched)) {
      metric.createAlarm(this, id, { threshold: 1, evaluationPeriods: 5 });
    }
  }

  private createDashboard(group: autoscaling.AutoScalingGroup, targets: elbv2.ApplicationTargetGroup): void {
    const dimensionsMap = { AutoScalingGroupName: group.autoScalingGroupName };
    const instances = new cloudwatch.Metric({
      namespace: 'AWS/AutoScaling',
      metricName: 'GroupInServiceInstances',
      dimensionsMap,
    });
    const cpu = new cloudwatch.Metric({ namespace: 'AWS/EC2', metricName: 'CPUUtilization', dimensionsMap });
    const watts = ['11 + 0.24 * cpu', '33 + 0.22 * cpu', '35 + 0.48 * cpu'].map(
      (perInstance) =>
        new cloudwatch.MathExpression({
          expression: `instances * (${perInstance})`,
          usingMetrics: { instances, cpu },
        }),
    );
    const cost = new cloudwatch.MathExpression({ expression: 'instances * 0.78272', usingMetrics: { instances } });
    const { metrics } = targets;
    new cloudwatch.Dashboard(this, 'Dashboard', {
      widgets: [
        [new cloudwatch.TextWidget({ markdown: '## Fleet', width: 24, height: 5 })],
        [
          new cloudwatch.GraphWidget({
            left: [
              metrics.httpCodeTarget(elbv2.HttpCodeTarget.TARGET_2XX_COUNT),
              metrics.httpCodeTarget(elbv2.HttpCodeTarget.TARGET_5XX_COUNT),
            ],
          }),
          new cloudwatch.GraphWidget({
            left: [metrics.targetResponseTime(), metrics.targetResponseTime({ statistic: 'p99' })],
          }),
          new cloudwatch.GraphWidget({ left: [metrics.healthyHostCount(), metrics.unhealthyHostCount()] }),
        ],
        [
          new cloudwatch.GraphWidget({ left: [instances], right: [cpu] }),
          new cloudwatch.GraphWidget({ left: watts }),
          new cloudwatch.GraphWidget({ left: [cost] }),
        ],
      ],
    });
  }
}

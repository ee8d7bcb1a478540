import { Duration, Names, Stack } from 'aws-cdk-lib';
import * as autoscaling from 'aws-cdk-lib/aws-autoscaling';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { IInferenceImage } from '../../image';
import { injectedProps } from '../../image/private/injected-props';
import { annotateJudgement } from '../../kernels/instance-type-gate';
import { FleetCapacity } from '../fleet-capacity';
import { ColdStart } from '../lifecycle';
import { checkFleet, checkUserData } from '../private/check-fleet';
import { describeFleet, engineCapacity, EngineExcess } from '../private/fleet-description';
import { areInPublic } from '../private/public-subnets';
import { checkTagKeys } from '../private/tag-keys';
import { autoscalerConfiguration } from './private/autoscaler-configuration';
import { grantHead } from './private/head-policy';
import { JobPrincipal } from './private/job-principal';
import { configureNode } from './private/node-configuration';
import { defaultHeadType, HEAD_NODE_TYPE, HEAD_RESOURCES, NodeType, nodeTypes } from './private/node-types';
import { RayHead, RETIRE_HOOK, RETIRE_TIME } from './private/ray-head';
import { connectNodes, DASHBOARD_PORT, GCS_PORT, portArguments } from './private/ray-ports';
import { judgeHead, rayProblems } from './private/ray-problems';
import { RayWorkers, secondsToJoin } from './private/ray-workers';
import { RayClusterProps } from './ray-cluster-props';

/** Ray counts its workers itself, and they end with their head, before another one starts. */
const RAY_EXCESS: EngineExcess = { units: 0, generations: 1 };

const DEFAULT_IDLE_TIMEOUT = Duration.minutes(5);

/**
 * A Ray cluster on Graviton: reinforcement-learning rollouts, tuning, evaluations and other Python programs that outgrow
 * a queue. The head runs on demand; Ray's own autoscaler launches and terminates the workers as tasks and actors ask for
 * CPUs and memory, from a launch template of this construct, of the types that the kernels run on.
 *
 * Jobs are submitted through Session Manager, since nothing but the cluster's own nodes reaches the head:
 *
 * ```sh
 * aws ssm start-session --target INSTANCE-OF-HEAD-GROUP --document-name AWS-StartPortForwardingSession \
 *   --parameters portNumber=8265,localPortNumber=8265
 * ray job submit --address http://127.0.0.1:8265 --working-dir . -- python train.py
 * ```
 *
 * Before a Spot interruption a worker is drained: it gets no further tasks, and Ray runs what it cannot finish elsewhere.
 * When the head fails another one takes its place and launches workers of its own; what ran is lost, because Ray keeps
 * the state of a cluster on its head. So it is when the image, the types or the bounds change, which replaces the head:
 * let jobs write checkpoints. The workers end with their head, and so with the stack. Anyone who can submit a job can do
 * what the roles can.
 */
export class RayCluster extends Construct implements ec2.IConnectable, iam.IGrantable {
  /** By which a property injector names this class. */
  public static readonly PROPERTY_INJECTION_ID = 'cdk-graviton-fleet.RayCluster';

  /** The AMI that every node boots. */
  public readonly image: IInferenceImage;
  /** Which workers, how many, and how they are bought; with the types that the cluster's region has. */
  public readonly capacity: FleetCapacity;
  /** Instance type of the head. */
  public readonly headInstanceType: string;
  /** The group of one instance, the head: its instance is where sessions are started. */
  public readonly headGroup: autoscaling.AutoScalingGroup;
  /** The role of the head, on which the entry points of jobs run. */
  public readonly headRole: iam.Role;
  /** The role of the workers, on which tasks and actors run. */
  public readonly workerRole: iam.Role;
  /** Grants to jobs: to their entry points on the head, and to their tasks on the workers. */
  public readonly grantPrincipal: iam.IPrincipal;
  /** The connections of head and workers, to allow them into databases and the like. */
  public readonly connections: ec2.Connections;
  /**
   * What runs on the first boot of the head: add commands. At most 16 KB before encoding, of which each instance type
   * takes about 300 bytes. It can be read by anything on the instance: never put a secret here.
   */
  public readonly headUserData: ec2.UserData;
  /** What runs on the first boot of a worker: add commands. Never put a secret here. */
  public readonly workerUserData: ec2.UserData;
  /**
   * Whether nodes may be in subnets with a way in from the internet.
   * @internal
   */
  public readonly _isInPublicSubnets: boolean;

  /** @throws FleetConfigError with every problem of the image, the capacity, the head and the times */
  constructor(scope: Construct, id: string, props: RayClusterProps) {
    super(scope, id);
    const injected = injectedProps(RayCluster.PROPERTY_INJECTION_ID, scope, id, props);
    const { vpc, image } = injected;
    const { region } = Stack.of(this);
    const vpcSubnets = injected.vpcSubnets ?? { subnetType: ec2.SubnetType.PRIVATE_WITH_EGRESS };
    const capacity = checkFleet(this, injected, vpcSubnets, (regional) => rayProblems(injected, regional, region));
    annotateJudgement(this, judgeHead(injected, capacity, region));
    this.image = image;
    this.capacity = capacity;
    this._isInPublicSubnets = areInPublic(vpc, vpcSubnets);
    describeFleet(this, 'RayCluster', capacity, image, engineCapacity(capacity, RAY_EXCESS));
    this.headInstanceType = injected.headInstanceType ?? defaultHeadType(capacity.instanceTypes);

    const clusterName = Names.uniqueResourceName(this, { maxLength: 50, separator: '-' }).toLowerCase();
    const head = new RayHead(this, 'Head', {
      ...{ vpc, vpcSubnets, image, clusterName },
      instanceType: this.headInstanceType,
    });
    const workers = new RayWorkers(this, 'Workers', { vpc, image, capacity });
    this.headGroup = head.group;
    this.headRole = head.role;
    this.workerRole = workers.role;
    this.grantPrincipal = new JobPrincipal([head.role, workers.role]);
    this.headUserData = head.userData;
    this.workerUserData = workers.userData;
    const [headGroup, workerGroup] = [head.securityGroup, workers.securityGroup];
    this.connections = new ec2.Connections({ securityGroups: [headGroup, workerGroup] });
    connectNodes(headGroup, workerGroup);

    const types = nodeTypes(capacity);
    const { subnetIds } = vpc.selectSubnets(vpcSubnets);
    this.configureHead({ props: injected, clusterName, types, subnetIds, workers });
    this.configureWorkers(types);
    grantHead(this, head.role, {
      ...{ clusterName, subnetIds },
      launchTemplate: workers.launchTemplate,
      instanceTypes: capacity.instanceTypes,
      workerRole: workers.role,
      usesSpot: types.some(({ spot }) => spot),
    });
    this.node.addValidation({ validate: () => checkUserData(this, this.headUserData) });
    this.node.addValidation({ validate: () => checkUserData(this, this.workerUserData) });
    this.node.addValidation({ validate: () => checkTagKeys(this) });
  }

  private configureHead({ props, clusterName, types, subnetIds, workers }: HeadParts): void {
    const { coldStart = ColdStart.typical(), idleTimeout = DEFAULT_IDLE_TIMEOUT } = props;
    const autoscaler = autoscalerConfiguration({
      ...{ clusterName, subnetIds, idleTimeout },
      region: Stack.of(this).region,
      nodeTypes: types,
      maxWorkers: this.capacity.maxInstances,
      launchTemplateId: workers.launchTemplate.launchTemplateId!,
      launchTemplateVersion: workers.launchTemplate.latestVersionNumber,
    });
    configureNode(
      this,
      this.headUserData,
      {
        port: GCS_PORT,
        arguments: ['--dashboard-host=127.0.0.1', `--dashboard-port=${DASHBOARD_PORT}`, ...portArguments()],
        resources: { [HEAD_NODE_TYPE]: HEAD_RESOURCES },
        environment: { RAY_AUTOSCALER_RECONCILE_ALLOCATE_STATUS_TIMEOUT_S: `${secondsToJoin(coldStart.total)}` },
        autoscaler,
      },
      { clusterName, lifecycleHookName: RETIRE_HOOK, retireSeconds: RETIRE_TIME.toSeconds() },
    );
  }

  private configureWorkers(types: readonly NodeType[]): void {
    configureNode(this, this.workerUserData, {
      port: GCS_PORT,
      arguments: portArguments(),
      resources: Object.fromEntries(types.map(({ name, resources }) => [name, resources])),
    });
  }
}

/** What the head must know of the cluster. */
interface HeadParts {
  readonly props: RayClusterProps;
  readonly clusterName: string;
  readonly types: readonly NodeType[];
  readonly subnetIds: string[];
  readonly workers: RayWorkers;
}

import type { Metric } from '@aws-sdk/client-cloudwatch';
import { MeasuredMetric } from '../../economics/fleet-measures';
import { AwsRegion } from '../aws/aws-region';
import { AssemblyStack, readResources } from '../preview/assembly/read-assembly';
import { hasStandIn } from '../preview/assembly/resolve-intrinsics';
import { groupNames } from './group-names';
import { loadBalancerNames } from './load-balancer-names';

/** A metric as CloudWatch knows it, and how its resources were found. */
export interface FoundMetric {
  readonly dimensions: Readonly<Record<string, string>>;
  readonly how: string;
}

/** Why a metric of a deployed stack cannot be read. */
export class NameNotFound extends Error {}

const GROUP = 'AWS::AutoScaling::AutoScalingGroup';
const LOAD_BALANCER = 'AWS::ElasticLoadBalancingV2::LoadBalancer';

/**
 * The names that AWS gave the resources of a stack. CloudFormation is not asked: instances carry the tags of their stack
 * and group, a load balancer is named by its network interfaces, and what CloudWatch lists has the names in its
 * dimensions, which begin with those of stack and resource.
 */
export class PhysicalNames {
  private readonly known = new Map<string, Promise<FoundMetric['dimensions']>>();

  /** @param given names by `Stack/LogicalId`, for what cannot be found */
  public constructor(
    private readonly aws: AwsRegion,
    private readonly given: ReadonlyMap<string, string>,
  ) {}

  /**
   * @throws NameNotFound when a resource has no name that can be found
   * @throws AwsRefusal when AWS does not answer
   */
  public async dimensionsOf(stack: AssemblyStack, metric: MeasuredMetric): Promise<FoundMetric['dimensions']> {
    const key = JSON.stringify([stack.artifact.stackName, metric.namespace, metric.dimensions]);
    const found = this.known.get(key) ?? this.find(stack, metric);
    this.known.set(key, found);
    return found;
  }

  private async find(stack: AssemblyStack, metric: MeasuredMetric): Promise<FoundMetric['dimensions']> {
    const names: Record<string, string> = {};
    for (const [dimension, value] of Object.entries(metric.dimensions)) {
      const text = String(value);
      names[dimension] = hasStandIn(text) ? await this.nameOf(stack, metric, dimension, text) : text;
    }
    return names;
  }

  private async nameOf(
    stack: AssemblyStack,
    metric: MeasuredMetric,
    dimension: string,
    standIn: string,
  ): Promise<string> {
    const { stackName } = stack.artifact;
    const logicalId = /^\{(\w+)(?:\.\w+)?\}$/.exec(standIn)?.[1];
    const given = logicalId && this.given.get(`${stackName}/${logicalId}`);
    if (given) {
      return given;
    }
    if (logicalId === undefined) {
      throw new NameNotFound(`${dimension} of ${metric.metricName} is of another stack, or made of several values`);
    }
    const candidates = await this.candidates(stack, metric, dimension, logicalId);
    if (candidates.length !== 1) {
      const got = candidates.length === 0 ? 'nothing' : candidates.join(', ');
      throw new NameNotFound(
        `${logicalId} of the stack ${stackName}: found ${got}, expected one ${dimension}: ` +
          `deploy the stack, or give --name ${stackName}/${logicalId}=<its name>`,
      );
    }
    return candidates[0];
  }

  private async candidates(
    stack: AssemblyStack,
    metric: MeasuredMetric,
    dimension: string,
    logicalId: string,
  ): Promise<string[]> {
    const { stackName } = stack.artifact;
    const [resource] = readResources(stack, [GROUP, LOAD_BALANCER]).filter((each) => each.logicalId === logicalId);
    const byTags =
      resource?.type === GROUP
        ? await groupNames(this.aws, stackName, logicalId)
        : resource?.type === LOAD_BALANCER
          ? await loadBalancerNames(this.aws, stackName, resource)
          : [];
    return byTags.length > 0 ? byTags : this.listed(metric, dimension, `${stackName}-${logicalId}-`);
  }

  /** CloudWatch lists metrics that had data in the past two weeks. */
  private async listed({ namespace, metricName }: MeasuredMetric, dimension: string, start: string): Promise<string[]> {
    const metrics = await this.aws.all(
      'cloudwatch:ListMetrics',
      ({ sdk, cloudWatch, signal }) =>
        sdk.paginateListMetrics(
          { client: cloudWatch },
          { Namespace: namespace, MetricName: metricName, Dimensions: [{ Name: dimension }] },
          { abortSignal: signal },
        ),
      ({ Metrics }) => Metrics,
    );
    const values = metrics.flatMap(({ Dimensions = [] }: Metric) =>
      Dimensions.filter(({ Name, Value }) => Name === dimension && Value?.startsWith(start)).map(({ Value }) => Value!),
    );
    return [...new Set(values)];
  }
}

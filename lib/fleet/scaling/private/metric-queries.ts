import { Stack, Token } from 'aws-cdk-lib';
import { CfnScalingPolicy } from 'aws-cdk-lib/aws-autoscaling';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import { Problem } from '../../../validation';

type Query = CfnScalingPolicy.TargetTrackingMetricDataQueryProperty;

/** What is tracked. */
const ROOT_ID = 'trackedByFleet';

/**
 * A metric as target tracking takes it. CDK's own policy refuses metric math and drops the period.
 *
 * All metrics are read at one period, whatever theirs: the policy has no other.
 */
export class MetricQueries {
  /** What Auto Scaling would refuse, or never get data for. */
  public readonly problems: Problem[] = [];
  private readonly queries = new Map<string, Query>();
  private readonly namespaces = new Set<string>();

  constructor(
    private readonly fleet: Construct,
    metric: cloudwatch.IMetric,
    private readonly periodSeconds: number,
  ) {
    this.add(ROOT_ID, metric);
    this.checkResolution();
  }

  /** The queries; the last one is what is tracked. */
  public render(): Query[] {
    const queries = [...this.queries.values()];
    if (queries.length === 1) {
      return queries;
    }
    return queries.map((query, index) => ({ ...query, returnData: index === queries.length - 1 }));
  }

  private add(id: string, metric: cloudwatch.IMetric): void {
    const { metricStat, mathExpression, searchExpression } = metric.toMetricConfig();
    if (searchExpression || /\bSEARCH\s*\(/.test(mathExpression?.expression ?? '')) {
      this.problem('a search', 'metrics and metric math that give one series', 'name the metrics');
    } else if (mathExpression) {
      // CDK has checked the names, and that none stands for two metrics.
      Object.entries(mathExpression.usingMetrics).forEach(([name, used]) => this.add(name, used));
      this.queries.set(id, { id, expression: mathExpression.expression, period: this.periodSeconds });
    } else if (metricStat) {
      this.checkOrigin(metricStat);
      this.namespaces.add(metricStat.namespace);
      this.queries.set(id, { id, metricStat: this.statOf(metricStat) });
    }
  }

  private statOf(stat: cloudwatch.MetricStatConfig): CfnScalingPolicy.TargetTrackingMetricStatProperty {
    return {
      metric: {
        namespace: stat.namespace,
        metricName: stat.metricName,
        dimensions: stat.dimensions?.map(({ name, value }) => ({ name, value: value as string })),
      },
      stat: stat.statistic,
      unit: stat.unitFilter,
      period: this.periodSeconds,
    };
  }

  private checkOrigin({ metricName, ...stat }: cloudwatch.MetricStatConfig): void {
    const stack = Stack.of(this.fleet);
    const other = (value: string | undefined, own: string): boolean =>
      value !== undefined && !Token.isUnresolved(value) && !Token.isUnresolved(own) && value !== own;
    if (other(stat.region, stack.region) || other(stat.account, stack.account)) {
      const got = `${metricName} of ${[stat.account, stat.region].filter(Boolean).join(' in ')}`;
      this.problem(got, "metrics of the fleet's own account and region", 'publish it there');
    }
  }

  /** https://docs.aws.amazon.com/autoscaling/ec2/userguide/policy-creating-high-resolution-metrics.html */
  private checkResolution(): void {
    if (this.periodSeconds >= 60) {
      return;
    }
    const { region } = Stack.of(this.fleet);
    if (/^us-gov-/.test(region)) {
      this.problem(`a period of ${this.periodSeconds} seconds in ${region}`, '60 seconds there', 'use 60 seconds');
    }
    if ([...this.namespaces].every((namespace) => namespace.startsWith('AWS/'))) {
      const names = [...this.namespaces].join(', ');
      const got = `a period of ${this.periodSeconds} seconds with metrics of ${names} only`;
      this.problem(got, '60 seconds: AWS publishes them once a minute at most', 'use 60 seconds');
    }
  }

  private problem(got: string, allowed: string, fix: string): void {
    this.problems.push({ what: 'metric', got, allowed, fix });
  }
}

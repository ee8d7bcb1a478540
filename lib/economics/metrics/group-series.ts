import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { ScalableFleet } from '../../fleet';
import { groupName } from '../private/group-name';

/** EC2 publishes CPU utilization every five minutes without charge. */
export const PERIOD = Duration.minutes(5);

/**
 * The CPU utilization in an expression. Utilization and number of instances arrive at different times: the last known
 * utilization stands in until the next one comes.
 */
export const BUSY_PERCENT = 'FILL(cpu, REPEAT)';

/** The free metrics of a fleet's group, by the ids under which expressions know them. */
export class GroupSeries {
  /**
   * Id of what the figures of an expression are multiplied by: instances, or units of capacity where types of different
   * size count as different many.
   */
  public readonly count: string;

  public constructor(private readonly fleet: ScalableFleet) {
    this.count = fleet.capacity.size._weighing === undefined ? 'instances' : 'units';
  }

  /** Instances in service. */
  public instances(): cloudwatch.Metric {
    return this.metric('AWS/AutoScaling', 'GroupInServiceInstances');
  }

  /** CPU utilization in percent, the average of the instances. */
  public cpu(): cloudwatch.Metric {
    return this.metric('AWS/EC2', 'CPUUtilization');
  }

  /** An expression over the metrics whose ids stand in it, those of the group and others. */
  public expression(
    label: string,
    expression: string,
    others: Readonly<Record<string, cloudwatch.IMetric>> = {},
  ): cloudwatch.MathExpression {
    const known: Record<string, () => cloudwatch.IMetric> = {
      instances: () => this.instances(),
      units: () => this.metric('AWS/AutoScaling', 'GroupInServiceCapacity'),
      desired: () => this.metric('AWS/AutoScaling', 'GroupDesiredCapacity'),
      cpu: () => this.cpu(),
      ...Object.fromEntries(Object.entries(others).map(([id, metric]) => [id, () => metric])),
    };
    const ids = [...new Set(expression.match(/\b[a-z]\w*/g))].filter((id) => id in known);
    return new cloudwatch.MathExpression({
      expression,
      usingMetrics: Object.fromEntries(ids.map((id) => [id, known[id]()])),
      label,
      period: PERIOD,
    });
  }

  private metric(namespace: string, metricName: string): cloudwatch.Metric {
    return new cloudwatch.Metric({
      namespace,
      metricName,
      dimensionsMap: { AutoScalingGroupName: groupName(this.fleet) },
      statistic: cloudwatch.Stats.AVERAGE,
      period: PERIOD,
    }).attachTo(this.fleet);
  }
}

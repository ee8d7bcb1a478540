import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { BoundedFleet } from '../bounds/bounded-fleet';

/** Units of capacity that a group has, whatever their state, with those of a running warm pool; instances without weights. */
export function totalCapacity({ fleet, pool }: BoundedFleet, statistic: string, period: Duration): cloudwatch.Metric {
  return new cloudwatch.Metric({
    namespace: 'AWS/AutoScaling',
    metricName: pool?.running ? 'GroupAndWarmPoolTotalCapacity' : 'GroupTotalCapacity',
    dimensionsMap: { AutoScalingGroupName: fleet.autoScalingGroup.autoScalingGroupName },
    statistic,
    period,
  });
}

/** CPU utilization of a group, in percent, averaged over its instances. */
export function cpuUtilization({ fleet }: BoundedFleet, period: Duration): cloudwatch.Metric {
  return new cloudwatch.Metric({
    namespace: 'AWS/EC2',
    metricName: 'CPUUtilization',
    dimensionsMap: { AutoScalingGroupName: fleet.autoScalingGroup.autoScalingGroupName },
    statistic: cloudwatch.Stats.AVERAGE,
    period,
  });
}

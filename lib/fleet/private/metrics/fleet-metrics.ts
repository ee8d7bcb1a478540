import { Duration, Fn, Names, ScopedAws } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import { FLEET_DIMENSION, METRIC_NAMESPACE } from '../../../image/private/instance-metrics';

/** With the name of a stack, 128 characters at most, it fits into a tag's 256. */
const LONGEST_NAME = 100;

/**
 * The name of a fleet among the metrics of its account and region. The stack's name is that of the deployment: one
 * template may be deployed several times. A dashboard in another stack gets the name by a reference to it.
 */
export function fleetName(fleet: Construct): string {
  return Fn.join('/', [new ScopedAws(fleet).stackName, Names.uniqueResourceName(fleet, { maxLength: LONGEST_NAME })]);
}

/** What the instances of a fleet publish, as a sum. */
export function fleetMetric(
  fleet: Construct,
  metricName: string,
  options: cloudwatch.MetricOptions = {},
): cloudwatch.Metric {
  return new cloudwatch.Metric({
    namespace: METRIC_NAMESPACE,
    metricName,
    dimensionsMap: { [FLEET_DIMENSION]: fleetName(fleet) },
    statistic: cloudwatch.Stats.SUM,
    period: Duration.minutes(5),
    ...options,
  }).attachTo(fleet);
}

import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { MembersAdapter } from './adapter';

/** A metric that something else publishes to CloudWatch. */
export const METRIC: MembersAdapter = {
  is: 'a metric of CloudWatch',
  members: {
    namespace: { type: 'string', description: 'The namespace, such as `MyService`.' },
    metricName: { type: 'string', description: 'The name of the metric.' },
    dimensions: { type: { map: 'string' }, optional: true, description: 'The dimensions. Default: none.' },
    statistic: { type: 'string', optional: true, description: 'Such as `Sum` or `p99`. Default: Average.' },
    period: {
      type: 'aws-cdk-lib.Duration',
      optional: true,
      description: 'How long a figure counts. Default: 5 minutes.',
    },
  },
  make: ({ dimensions, ...rest }) =>
    new cloudwatch.Metric({ ...rest, dimensionsMap: dimensions } as unknown as cloudwatch.MetricProps),
};

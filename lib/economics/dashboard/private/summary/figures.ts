import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { InferenceFleet, WorkerFleet } from '../../../../fleet';
import { RangeMetrics } from '../../../estimate-metrics';
import { FleetEconomics } from '../../../fleet-economics';
import { waitingJobs } from '../fleet/service-row';

/** A metric of a fleet under the name of its bound. */
export type Bounds = Readonly<Record<string, cloudwatch.IMetric>>;

/** A figure that fleets have, and that can be added up. */
export interface Figure {
  /** What it is; of an estimate it says so. */
  readonly name: string;
  readonly unit: string;
  /** The metrics of a fleet, or nothing where its figure is not known. */
  readonly of: (economics: FleetEconomics) => Bounds | undefined;
  /** The bound by which places and fleets are compared. */
  readonly main: string;
}

export const INSTANCES: Figure = {
  name: 'Instances',
  unit: 'instances',
  of: (economics) => ({ 'in service': economics.metricInstances() }),
  main: 'in service',
};

export const POWER: Figure = {
  name: 'Power (estimate)',
  unit: 'watts',
  of: (economics) => {
    const power = economics.metricPower();
    return power && { low: power.low, typical: power.typical, high: power.high };
  },
  main: 'typical',
};

export const LIST_PRICE: Figure = {
  name: 'List price, not the bill',
  unit: 'USD per hour',
  of: (economics) => {
    const cost = economics.metricListCost();
    return cost && range(cost);
  },
  main: 'dearest mix',
};

export const EFFECTIVE_COST: Figure = {
  name: 'Effective cost',
  unit: 'USD per hour',
  of: (economics) => {
    const cost = economics.metricEffectiveCost();
    return cost && range(cost);
  },
  main: 'dearest mix',
};

export const CARBON: Figure = {
  name: 'Carbon (estimate)',
  unit: 'g CO2e per hour',
  of: (economics) => {
    const carbon = economics.metricCarbon();
    return carbon && { low: carbon.low, typical: carbon.typical, high: carbon.high };
  },
  main: 'typical',
};

export const REQUESTS: Figure = {
  name: 'Requests',
  unit: 'requests per 5 minutes',
  of: ({ fleet }) => (fleet instanceof InferenceFleet ? { requests: fleet.metricRequests() } : undefined),
  main: 'requests',
};

export const FAILED_REQUESTS: Figure = {
  name: 'Failed requests',
  unit: 'requests per 5 minutes',
  of: ({ fleet }) => (fleet instanceof InferenceFleet ? { failed: failures(fleet) } : undefined),
  main: 'failed',
};

export const WAITING_JOBS: Figure = {
  name: 'Waiting jobs',
  unit: 'jobs',
  of: ({ fleet }) => (fleet instanceof WorkerFleet ? { waiting: waitingJobs(fleet, 'waiting') } : undefined),
  main: 'waiting',
};

function range({ low, high }: RangeMetrics): Bounds {
  return { 'cheapest mix': low, 'dearest mix': high };
}

/**
 * The same as the fleet's own metric, for the load balancer has no other targets, but by one name instead of five in the
 * template.
 */
function failures(fleet: InferenceFleet): cloudwatch.IMetric {
  const { loadBalancer } = fleet;
  if (!(loadBalancer instanceof elbv2.ApplicationLoadBalancer)) {
    return fleet.metricServerErrors();
  }
  const { metrics } = loadBalancer;
  return new cloudwatch.MathExpression({
    expression: 'targets + balancer',
    usingMetrics: {
      targets: metrics.httpCodeTarget(elbv2.HttpCodeTarget.TARGET_5XX_COUNT),
      balancer: metrics.httpCodeElb(elbv2.HttpCodeElb.ELB_5XX_COUNT),
    },
  });
}

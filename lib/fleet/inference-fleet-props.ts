import { InstanceFleetProps } from './instance-fleet-props';
import { FleetLoadBalancing } from './load-balancing';

/** A fleet of instances that serve requests behind an internal load balancer. */
export interface InferenceFleetProps extends InstanceFleetProps {
  /**
   * What stands between clients and the instances.
   *
   * @default FleetLoadBalancing.alb(), plain HTTP on port 80, which stays inside the network
   */
  readonly loadBalancing?: FleetLoadBalancing;
}

import { FleetLoadBalancing } from '../fleet';
import { FleetStackProps } from './fleet-stack-props';

/** A whole fleet behind a load balancer in a stack of its own. */
export interface InferenceFleetStackProps extends FleetStackProps {
  /**
   * What stands between clients and the instances: with TLS `FleetLoadBalancing.alb({ certificate })`.
   *
   * @default FleetLoadBalancing.alb(), plain HTTP on port 80, which stays inside the network
   */
  readonly loadBalancing?: FleetLoadBalancing;
}

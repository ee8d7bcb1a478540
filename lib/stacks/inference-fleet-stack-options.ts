import { FleetLoadBalancing } from '../fleet';
import { FleetStackOptions } from './fleet-stack-options';

/** What a fleet behind a load balancer is made from, beside what every stack has. */
export interface InferenceFleetStackOptions extends FleetStackOptions {
  /**
   * What stands between clients and the instances: with TLS `FleetLoadBalancing.alb({ certificate })`.
   *
   * @default FleetLoadBalancing.alb(), plain HTTP on port 80, which stays inside the network
   */
  readonly loadBalancing?: FleetLoadBalancing;
}

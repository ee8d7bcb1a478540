import { FleetStackProps } from './fleet-stack-props';
import { InferenceFleetStackOptions } from './inference-fleet-stack-options';

/** A whole fleet behind a load balancer in a stack of its own. */
export interface InferenceFleetStackProps extends InferenceFleetStackOptions, FleetStackProps {}

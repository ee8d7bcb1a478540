import { InferenceFleetStackOptions } from '../inference-fleet-stack-options';
import { FleetProductProps } from './fleet-product-props';

/** A fleet behind a load balancer as a version of a Service Catalog product. */
export interface InferenceFleetProductProps extends FleetProductProps {
  /** The fleet, as an InferenceFleetStack has it. */
  readonly fleet: InferenceFleetStackOptions;
}

import { WorkerFleetStackOptions } from '../worker-fleet-stack-options';
import { FleetProductProps } from './fleet-product-props';

/** A fleet of workers as a version of a Service Catalog product. */
export interface WorkerFleetProductProps extends FleetProductProps {
  /** The fleet, as a WorkerFleetStack has it. */
  readonly fleet: WorkerFleetStackOptions;
}

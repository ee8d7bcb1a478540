import { FleetStackProps } from './fleet-stack-props';
import { WorkerFleetStackOptions } from './worker-fleet-stack-options';

/**
 * A whole fleet of workers in a stack of its own. Interrupted jobs are done again, so that `FleetCapacity.spotFirst()`
 * suits. What does the jobs is installed by the `components` of the image, or is its `runtime`.
 */
export interface WorkerFleetStackProps extends WorkerFleetStackOptions, FleetStackProps {}

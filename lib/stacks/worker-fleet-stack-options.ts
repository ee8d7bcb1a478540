import { JobOptions } from '../fleet';
import { FleetStackOptions } from './fleet-stack-options';

/** What a fleet of workers is made from, beside what every stack has. */
export interface WorkerFleetStackOptions extends FleetStackOptions {
  /** Where the jobs come from, and what does them. */
  readonly jobs: JobOptions;
}

import { GravitonProcessor } from '../../catalog';
import { NumberRange } from './number-range';

/**
 * What an instance must have. Bare metal is never meant; burstable (t), GPU (g) and high-performance-computing (hpc)
 * families only when `families` names them.
 */
export interface InstanceAttributes {
  /** Number of vCPUs; on Graviton a vCPU is a core. */
  readonly vcpus: NumberRange;
  /**
   * Memory in GiB.
   *
   * @default - any
   */
  readonly memoryGib?: NumberRange;
  /**
   * Memory per vCPU in GiB: 2 for c, 4 for m, 8 for r families.
   *
   * @default - any
   */
  readonly memoryGibPerVcpu?: NumberRange;
  /**
   * Local NVMe disks together, in GB (10^9 bytes). `{ min: 1 }` asks for local disks, `{ max: 0 }` for none.
   *
   * @default - any
   */
  readonly localStorageGb?: NumberRange;
  /**
   * Network bandwidth that is always there, in Gbps.
   *
   * @default - any
   */
  readonly networkBaselineGbps?: NumberRange;
  /**
   * Processors, most wanted first.
   *
   * @default [GravitonProcessor.GRAVITON5, GravitonProcessor.GRAVITON4], which have the same instructions for matrices
   */
  readonly processors?: GravitonProcessor[];
  /**
   * Names of families, for example `['m9g', 'm8g']`, each with one of the processors.
   *
   * @default - every family of the processors, but burstable, GPU and high-performance-computing ones
   */
  readonly families?: string[];
}

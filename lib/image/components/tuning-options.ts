import { TransparentHugePages } from './transparent-huge-pages';

/** Kernel settings of the instances. */
export interface TuningOptions {
  /**
   * For which memory huge pages are used: 2 MiB ones, and where the kernel has them (6.9 and later) those of 64 KiB.
   *
   * @default TransparentHugePages.MADVISE
   */
  readonly transparentHugePages?: TransparentHugePages;
  /**
   * Kernel parameters in the notation of `sysctl`, set at each boot; they replace defaults of the same name.
   *
   * @default - kernel.numa_balancing 0 (processes are bound to their node, and moving pages costs), vm.swappiness 1,
   * vm.max_map_count 262144 (models are mapped in many pieces)
   */
  readonly kernelParameters?: { [name: string]: string };
}

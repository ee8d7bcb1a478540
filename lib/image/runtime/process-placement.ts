import { FleetConfigError } from '../../validation';

/** The cores of a default process: what a 4xlarge has, the size that decodes fastest for its price. */
const DEFAULT_CORES = 16;

/**
 * How many processes of the runtime an instance runs, and on which cores.
 *
 * Read from the hardware at each boot, so that one AMI fits every size. No process crosses a NUMA node, and each is held
 * to its cores and to the memory of its node. Each holds its own copy of the weights, unless it maps them from a file,
 * which processes share.
 */
export class ProcessPlacement {
  /**
   * Processes on about so many cores each: a node is divided into the number of processes that comes nearest, and its
   * cores evenly among them. 48 cores make three processes of 16; 24 make two of 12; 8 make one of 8. A process's
   * neighbours in number are its neighbours in cache.
   *
   * The default, with 16 cores, because a language model's decoding does not scale with cores. One unpinned process
   * decoded (Llama-7B Q4_K_M, tokens/s, measured by Spare Cores, an independent source, read 2026-11-22) m9g.4xlarge 30.2,
   * 8xlarge 27.2, 12xlarge 23.1, 16xlarge 10.9 (two nodes), 24xlarge 32.4, 48xlarge 19.7: up to 18 times dearer per token
   * on a large size than on a small one (calculated from these). Prefill does scale.
   *
   * @param cores cores of a process
   * @throws FleetConfigError when it is no whole number from 1 on
   */
  public static perCores(cores: number = DEFAULT_CORES): ProcessPlacement {
    if (!(Number.isInteger(cores) && cores >= 1)) {
      throw new FleetConfigError('ProcessPlacement.perCores', [
        { what: 'cores', got: `${cores}`, allowed: 'a whole number from 1 on', fix: 'give a number such as 16' },
      ]);
    }
    return new ProcessPlacement({ kind: 'cores', cores });
  }

  /**
   * One process on all cores of each NUMA node: one on most sizes, two on the 16xlarge and 48xlarge of Graviton5. For
   * servers that divide a node among their own threads.
   */
  public static perNumaNode(): ProcessPlacement {
    return new ProcessPlacement({ kind: 'numa-node' });
  }

  /**
   * One process on all cores, which binds the instance's port itself: no proxy is installed. For servers that start and
   * pin processes of their own, and for images that only ever run on small sizes.
   */
  public static single(): ProcessPlacement {
    return new ProcessPlacement({ kind: 'single' });
  }

  private constructor(
    /**
     * What the instance reads.
     *
     * @internal
     */
    public readonly _layout: { readonly kind: 'cores' | 'numa-node' | 'single'; readonly cores?: number },
  ) {}

  /**
   * How many processes an instance gets, as the instance itself divides its cores.
   *
   * @internal
   */
  public _processesOn({ vcpus, numaNodes = 1 }: { readonly vcpus: number; readonly numaNodes?: number }): number {
    const { kind, cores = DEFAULT_CORES } = this._layout;
    switch (kind) {
      case 'single':
        return 1;
      case 'numa-node':
        return numaNodes;
      case 'cores':
        return numaNodes * Math.max(1, Math.floor((2 * (vcpus / numaNodes) + cores) / (2 * cores)));
    }
  }

  /** Whether processes share the instance's port through a proxy. */
  public get usesProxy(): boolean {
    return this._layout.kind !== 'single';
  }
}

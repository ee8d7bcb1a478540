/** One ISA level of a bundle's kernels, in a shared object of its own. */
export interface KernelVariant {
  /** The ISA level, for example `neon_i8mm_bf16`. */
  readonly name: string;
  /** Path of the shared object inside the bundle; of a bundle from source, of the directory that holds the variant. */
  readonly path: string;
  /**
   * CPU features by their Linux HWCAP names without which the code traps (SIGILL), for example `asimddp`.
   * Empty for code that every Arm64 CPU runs.
   */
  readonly requiredFeatures: string[];
}

import { CpuFeature } from '../../catalog/cpu-feature';
import { PathRule, VariantRule } from './path-rules';

/** All that the maker of a bundle says of it. */
export interface BundleRecipe {
  /** The directory of the bundle's files. */
  readonly directory: string;
  readonly name: string;
  readonly version: string;
  readonly variants: readonly PathRule<VariantRule>[];
  readonly dispatchers: readonly string[];
  readonly selfTest?: string;
  /** Features that files need, as far as a variant does not say so itself. */
  readonly requires: readonly PathRule<readonly CpuFeature[]>[];
  /** Features that files ask the CPU for. */
  readonly guards: readonly PathRule<readonly CpuFeature[]>[];
  readonly compiler?: { readonly name: string; readonly version: string };
  /** Flags of the compiler; a rule for the empty path holds for every file without another. */
  readonly flags: readonly PathRule<readonly string[]>[];
  readonly sourceRevision?: string;
  /** SPDX licence expression of the bundle's files. */
  readonly licence?: string;
  /** A bill of materials among the files; without it one is written. */
  readonly sbom?: string;
  /** The C library of the base image. */
  readonly glibcVersion: string;
}

import { GravitonProcessor } from '../catalog';
import { KernelCompiler } from './kernel-compiler';

/** Kernels that are compiled on the instance that builds an image. */
export interface SourceBundleOptions {
  /** Name of the bundle: a-z, 0-9 and `-`. */
  readonly name: string;
  /** The directory of the sources on this machine. */
  readonly directory: string;
  /**
   * What bash runs in a fresh copy of the sources, once for each target. It finds in its environment:
   *
   * - `TARGET`: the target's id, for example `graviton5`
   * - `OUTPUT`: the empty directory into which it puts what goes on the image
   * - `CC`, `CXX`: the compiler
   * - `CFLAGS`, `CXXFLAGS`: `-O3` and the flags that fit the target, as far as the compiler knows them
   *
   * For example `make -j"$(nproc)" && make install DESTDIR="$OUTPUT"`.
   */
  readonly buildCommand: string;
  /** The processors to compile for, each into a variant of its own by the name of its id. */
  readonly targets: GravitonProcessor[];
  /**
   * Path of the self-test in `OUTPUT`: a program or script that exits with 0 when the kernels beside it are right. It runs
   * on the instance that builds the image and on those that test it, for each target that their CPU runs.
   */
  readonly selfTest: string;
  /**
   * Packages of the base image's repositories that the build needs beside the compiler. They are removed after it.
   *
   * @default ['make']
   */
  readonly packages?: string[];
  /**
   * Packages that the kernels need when they run, such as `libgomp`. They stay.
   *
   * @default - none
   */
  readonly runtimePackages?: string[];
  /**
   * The compiler.
   *
   * @default KernelCompiler.gcc14()
   */
  readonly compiler?: KernelCompiler;
  /**
   * Patterns, in the language of .gitignore, of files that are no sources. They are not uploaded, and a change to them
   * builds nothing anew.
   *
   * @default - `.git` and what the `.gitignore` of the directory itself names
   */
  readonly exclude?: string[];
  /**
   * Version of the kernels, for people.
   *
   * @default '0.0.0'
   */
  readonly version?: string;
  /**
   * Revision of the sources, such as a git commit, for the manifest. Another revision builds the image anew, even when no
   * source changed.
   *
   * @default - not recorded
   */
  readonly sourceRevision?: string;
}

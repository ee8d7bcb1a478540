import { CpuFeature, GravitonProcessor } from '../catalog';
import { FleetConfigError, Problem, throwIfAny } from '../validation';
import { isArchive, unpackBundle } from './archive/unpack-bundle';
import { withImplied } from './isa/feature-implications';
import { KernelBundleOptions } from './kernel-bundle-options';
import { KernelVariant } from './kernel-variant';
import { BUILT_IN_DIRECTORY, BundleInspection, inspectBundle } from './private/bundle-inspection';
import { AMAZON_LINUX_2023_GLIBC, isVersion } from './private/glibc-version';
import { InspectedFile } from './private/inspected-file';
import { inspectObjects } from './private/object-bundle';
import { SELF_TEST_SCRIPT, SourceBuild, sourceBuild, sourceDigest } from './source/source-build';
import { sourceProblems } from './source/source-problems';
import { SourceBundleOptions } from './source-bundle-options';

interface BundleContents {
  readonly name: string;
  readonly version: string;
  readonly directory: string;
  readonly digest?: string;
  readonly sourceDigest?: string;
  readonly source?: SourceBuild;
  readonly variants: KernelVariant[];
  readonly selfTestPath: string;
  readonly requiredFeatures: string[];
  readonly elfFiles: readonly InspectedFile[];
}

/**
 * A directory of compiled Arm64 kernels that an image carries: a manifest, one shared object per ISA level (variant),
 * a self-test and licences. The bundle is identified by its digest, and nothing is accepted that differs from it.
 */
export class KernelBundle {
  /**
   * The kernels of this package.
   *
   * @throws FleetConfigError when the package was not built (`npm run build` in a clone of the repository).
   */
  public static builtIn(): KernelBundle {
    this.builtInBundle ??= KernelBundle.fromDirectory(BUILT_IN_DIRECTORY);
    return this.builtInBundle;
  }

  /**
   * A bundle that was built elsewhere. Its files are read and compared with the manifest at once, and the instructions of
   * its ELF files are decoded: code that needs a CPU feature which the manifest does not declare is refused here, and not
   * by a SIGILL on an instance. Reading the same unchanged directory again costs next to nothing.
   *
   * @param directory path of the directory that holds `manifest.json`
   * @param options what the bundle is checked against
   * @throws FleetConfigError with every problem of the bundle: no manifest, a file that is missing, changed or not
   * listed, a digest that does not fit, an object file that is damaged or not for Arm64 Linux, code that needs an
   * undeclared CPU feature (with symbol and address of the first instruction), symbols of a glibc that the base image
   * lacks.
   */
  public static fromDirectory(directory: string, options: KernelBundleOptions = {}): KernelBundle {
    const { glibcVersion = AMAZON_LINUX_2023_GLIBC } = options;
    if (!isVersion(glibcVersion)) {
      throw new FleetConfigError(`kernel bundle ${directory}`, [glibcVersionProblem(glibcVersion)]);
    }
    return KernelBundle.fromInspection(inspectBundle(directory, glibcVersion), directory);
  }

  /**
   * A bundle as a build elsewhere leaves it: a zip archive of its directory (its files at the top, or all in one folder
   * there), or the directory. The archive is unpacked under the system's temporary directory; then everything is checked
   * as by `fromDirectory`.
   *
   * @param location path of the archive or the directory
   * @param options what the bundle is checked against
   * @throws FleetConfigError with every problem of the archive (no zip archive, a path that leaves it, a symbolic link, an
   * encrypted file, more than 2 GiB unpacked) or of the bundle
   */
  public static fromAsset(location: string, options: KernelBundleOptions = {}): KernelBundle {
    if (!isArchive(location)) {
      return KernelBundle.fromDirectory(location, options);
    }
    const { directory, problems } = unpackBundle(location);
    if (directory === undefined) {
      throw new FleetConfigError(`kernel bundle ${location}`, problems);
    }
    return KernelBundle.fromDirectory(directory, options);
  }

  /**
   * A bundle that is compiled where its image is built, on Graviton, once for each target. Its files do not exist at
   * synthesis: `digest` is undefined, and `sourceDigest` says from what it is made.
   *
   * Each target is a variant by the name of the processor's id, and lies in a directory of that name. It declares what
   * its processor has, so that a fleet refuses instance types on which no target runs. What the compiler made of it is
   * decoded on the builder as `fromDirectory` does it here: code that needs more than its target has, a self-test that
   * fails, or files of no known kind end the build before an AMI exists.
   *
   * `bin/self-test` of the bundle runs the self-tests of the targets that a CPU runs; `bin/self-test --list` prints the
   * names of these targets, the last of `targets` first, for a program that has to choose one.
   *
   * @throws FleetConfigError with everything in the options that cannot work
   */
  public static fromSource(options: SourceBundleOptions): KernelBundle {
    const problems = sourceProblems(options);
    if (problems.length > 0) {
      throw new FleetConfigError(`kernel bundle ${options.name}`, problems);
    }
    const source = sourceBuild(options);
    const { name, version, directory, targets } = source;
    return new KernelBundle({
      name,
      version,
      directory,
      source,
      sourceDigest: sourceDigest(source),
      variants: targets.map(({ id, features }) => ({ name: id, path: id, requiredFeatures: [...features] })),
      selfTestPath: SELF_TEST_SCRIPT,
      requiredFeatures: [],
      elfFiles: [],
    });
  }

  /**
   * The shared objects of a program that carries kernels of its own, for the gate: what each needs is read from its code.
   *
   * @internal
   */
  public static _ofObjects(name: string, directory: string): KernelBundle {
    const { elfFiles, problems } = inspectObjects(directory);
    throwIfAny(directory, problems);
    const variants = elfFiles.filter(({ file }) => file.role === 'variant');
    return new KernelBundle({
      name,
      version: '',
      directory,
      variants: variants.map(({ file }) => ({
        name: file.variant!,
        path: file.path,
        requiredFeatures: [...file.requires!],
      })),
      selfTestPath: '',
      requiredFeatures: elfFiles
        .filter((inspected) => !variants.includes(inspected))
        .flatMap(({ uses }) => uses.map(({ feature }) => feature)),
      elfFiles,
    });
  }

  private static fromInspection({ directory, manifest, elfFiles, problems }: BundleInspection, location: string) {
    if (manifest === undefined || problems.length > 0) {
      throw new FleetConfigError(`kernel bundle ${location}`, problems);
    }
    const { name, version, digest, files } = manifest;
    const variants = files.filter(({ role }) => role === 'variant');
    const common = files.filter(({ role }) => role !== 'variant');
    return new KernelBundle({
      name,
      version,
      directory,
      digest,
      variants: variants.map((file) => ({
        name: file.variant!,
        path: file.path,
        requiredFeatures: [...file.requires!],
      })),
      selfTestPath: files.find(({ role }) => role === 'selftest')!.path,
      requiredFeatures: [...new Set(common.flatMap(({ requires }) => requires ?? []))],
      elfFiles,
    });
  }

  private static builtInBundle?: KernelBundle;

  /** Name of the bundle. */
  public readonly name: string;
  /** Version of the kernels, for people; the digest is what identifies the bundle. */
  public readonly version: string;
  /**
   * `sha256:` and 64 hexadecimal digits over all files: the lines that `sha256sum` prints, in the order of the paths.
   * Undefined for a bundle that is compiled where its image is built; the image has it in `/etc/graviton/kernels.d`.
   */
  public readonly digest?: string;
  /**
   * `sha256:` and 64 hexadecimal digits over the sources, the build command, the targets and the tools of a bundle that
   * is compiled where its image is built; undefined for others.
   */
  public readonly sourceDigest?: string;
  /** The ISA levels, in the order of the manifest or of the targets. */
  public readonly variants: KernelVariant[];
  /** Path of the self-test inside the bundle. It exits with 0 when every variant that the CPU can run is right. */
  public readonly selfTestPath: string;

  /** Absolute path on this machine of the bundle, or of its sources. */
  public readonly directory: string;
  /**
   * CPU features by their HWCAP names which the dispatcher, the self-test and other ELF files without a variant declare to
   * require: no variant runs on a CPU without them.
   */
  public readonly requiredFeatures: string[];

  /** @internal */
  public readonly _elfFiles: readonly InspectedFile[];
  /**
   * How the bundle is compiled where its image is built; undefined when its files exist.
   *
   * @internal
   */
  public readonly _source?: SourceBuild;

  private constructor(contents: BundleContents) {
    this.name = contents.name;
    this.version = contents.version;
    this.digest = contents.digest;
    this.sourceDigest = contents.sourceDigest;
    this.variants = contents.variants;
    this.selfTestPath = contents.selfTestPath;
    this.directory = contents.directory;
    this.requiredFeatures = contents.requiredFeatures;
    this._elfFiles = contents.elfFiles;
    this._source = contents.source;
  }

  /**
   * The variants that run on a processor, going by the features that they and the bundle declare, which is never less than
   * what their code needs. Empty when the bundle would trap there.
   */
  public variantsFor(processor: GravitonProcessor): KernelVariant[] {
    return this.variants.filter((variant) => this._missingFeatures(variant, processor).length === 0);
  }

  /** Whether a variant runs on every Arm64 Graviton, known to the catalog or not. */
  public get runsOnAnyArm64(): boolean {
    return this.requiredFeatures.length === 0 && this.variants.some((variant) => variant.requiredFeatures.length === 0);
  }

  /**
   * What a processor lacks for a variant.
   *
   * @internal
   */
  public _missingFeatures(variant: KernelVariant, processor: GravitonProcessor): CpuFeature[] {
    const available = withImplied(processor.features);
    const needed = new Set([...this.requiredFeatures, ...variant.requiredFeatures] as CpuFeature[]);
    return [...needed].filter((feature) => !available.has(feature));
  }
}

function glibcVersionProblem(version: string): Problem {
  const got = JSON.stringify(version);
  return { what: 'glibcVersion', got, allowed: 'a version such as 2.34', fix: 'give the output of ldd --version' };
}

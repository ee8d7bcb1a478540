import { CpuFeature, GravitonProcessor } from '../catalog';
import { FleetConfigError, Problem } from '../validation';
import { withImplied } from './isa/feature-implications';
import { KernelBundleOptions } from './kernel-bundle-options';
import { KernelVariant } from './kernel-variant';
import { BUILT_IN_DIRECTORY, BundleInspection, inspectBundle } from './private/bundle-inspection';
import { BundleManifest } from './private/bundle-manifest';
import { AMAZON_LINUX_2023_GLIBC, isVersion } from './private/glibc-version';
import { InspectedFile } from './private/inspected-file';

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
    const inspection = inspectBundle(directory, glibcVersion);
    if (inspection.problems.length > 0) {
      throw new FleetConfigError(`kernel bundle ${directory}`, inspection.problems);
    }
    return new KernelBundle(inspection, inspection.manifest!);
  }

  private static builtInBundle?: KernelBundle;

  /** Name of the bundle. */
  public readonly name: string;
  /** Version of the kernels, for people; the digest is what identifies the bundle. */
  public readonly version: string;
  /** `sha256:` and 64 hexadecimal digits over all files: the lines that `sha256sum` prints, in the order of the paths. */
  public readonly digest: string;
  /** The ISA levels, in the order of the manifest. */
  public readonly variants: KernelVariant[];
  /** Path of the self-test inside the bundle. It exits with 0 when every variant that the CPU can run is right. */
  public readonly selfTestPath: string;

  /** Absolute path of the bundle on this machine. */
  public readonly directory: string;
  /**
   * CPU features by their HWCAP names which the dispatcher, the self-test and other ELF files without a variant declare to
   * require: no variant runs on a CPU without them.
   */
  public readonly requiredFeatures: string[];

  /** @internal */
  public readonly _elfFiles: readonly InspectedFile[];

  private constructor({ directory, elfFiles }: BundleInspection, manifest: BundleManifest) {
    this.directory = directory;
    this._elfFiles = elfFiles;
    this.name = manifest.name;
    this.version = manifest.version;
    this.digest = manifest.digest;
    this.variants = manifest.files
      .filter((file) => file.role === 'variant')
      .map((file) => ({ name: file.variant!, path: file.path, requiredFeatures: [...file.requires!] }));
    this.selfTestPath = manifest.files.find((file) => file.role === 'selftest')!.path;
    this.requiredFeatures = [
      ...new Set(manifest.files.filter(({ role }) => role !== 'variant').flatMap(({ requires }) => requires ?? [])),
    ];
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

function glibcVersionProblem(got: string): Problem {
  return { what: 'glibcVersion', got, allowed: 'a version such as 2.34', fix: 'give the output of ldd --version' };
}

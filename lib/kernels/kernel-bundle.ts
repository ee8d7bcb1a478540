import * as fs from 'node:fs';
import * as path from 'node:path';
import { GravitonProcessor } from '../catalog';
import { ProblemList } from '../validation';
import { KernelVariant } from './kernel-variant';
import { checkFiles } from './private/bundle-files';
import { BundleManifest, MANIFEST_FILE, parseManifest } from './private/bundle-manifest';

const BUILT_IN_DIRECTORY = path.join(__dirname, '..', '..', 'kernels', 'build', 'bundle');

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
   * A bundle that was built elsewhere. Its files are read and compared with the manifest at once.
   *
   * @param directory path of the directory that holds `manifest.json`
   * @throws FleetConfigError with every problem of the bundle: no manifest, a file that is missing, changed or not
   * listed, a digest that does not fit, an object file that is not for Arm64.
   */
  public static fromDirectory(directory: string): KernelBundle {
    const problems = new ProblemList();
    const manifest = readManifest(directory, problems);
    if (manifest !== undefined) {
      problems.addAll(checkFiles(directory, manifest));
    }
    problems.throwIfAny(`kernel bundle ${directory}`);
    return new KernelBundle(path.resolve(directory), manifest!);
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

  private constructor(
    /** Absolute path of the bundle on this machine. */
    public readonly directory: string,
    manifest: BundleManifest,
  ) {
    this.name = manifest.name;
    this.version = manifest.version;
    this.digest = manifest.digest;
    this.variants = manifest.files
      .filter((file) => file.role === 'variant')
      .map((file) => ({ name: file.variant!, path: file.path, requiredFeatures: [...file.requires!] }));
    this.selfTestPath = manifest.files.find((file) => file.role === 'selftest')!.path;
  }

  /** The variants that run on a processor, going by the features they declare. Empty when the bundle would trap there. */
  public variantsFor(processor: GravitonProcessor): KernelVariant[] {
    const available = new Set<string>(processor.features);
    return this.variants.filter((variant) => variant.requiredFeatures.every((feature) => available.has(feature)));
  }

  /** Whether a variant runs on every Arm64 CPU, known to the catalog or not. */
  public get runsOnAnyArm64(): boolean {
    return this.variants.some((variant) => variant.requiredFeatures.length === 0);
  }
}

function readManifest(directory: string, problems: ProblemList): BundleManifest | undefined {
  const location = path.join(directory, MANIFEST_FILE);
  if (!fs.existsSync(location)) {
    problems.add({
      what: MANIFEST_FILE,
      got: fs.existsSync(directory) ? 'a directory without it' : 'a directory that does not exist',
      allowed: 'a bundle directory that holds it',
      fix:
        directory === BUILT_IN_DIRECTORY
          ? 'build the kernels of this package: npm run build'
          : 'build the bundle, or give the directory that its build made',
    });
    return undefined;
  }
  const parsed = parseManifest(fs.readFileSync(location, 'utf8'));
  problems.addAll(parsed.problems);
  return parsed.manifest;
}

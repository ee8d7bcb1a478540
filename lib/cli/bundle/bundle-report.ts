import { CpuFeature } from '../../catalog/cpu-feature';
import { GravitonProcessor } from '../../catalog/graviton-processor';
import { withImplied } from '../../kernels/isa/feature-implications';
import { FeatureUse } from '../../kernels/isa/feature-use';
import { BundleInspection } from '../../kernels/private/bundle-inspection';
import { InspectedFile } from '../../kernels/private/inspected-file';
import { Problem } from '../../validation/problem';

/** An ELF file of a bundle, as `graviton-fleet bundle inspect --json` prints it. */
export interface FileReport {
  readonly path: string;
  readonly role: string;
  readonly machine: string;
  readonly abi: string;
  readonly codeBytes: number;
  /** False when the file is stripped: data among its code was read as code. */
  readonly codeIsToldFromData: boolean;
  readonly neededLibraries: readonly string[];
  readonly glibc?: string;
  readonly requires: readonly CpuFeature[];
  readonly guards: readonly CpuFeature[];
  /** Flags of the compiler, as the manifest has them. */
  readonly flags?: readonly string[];
  readonly features: readonly FeatureUse[];
  /** The shortest SVE vector, in bits, for which every fixed-length predicate has a lane. */
  readonly leastVectorBits?: number;
}

/** Which variants of a bundle run on a processor, by what their code needs and the manifest declares. */
export interface ProcessorReport {
  readonly processor: string;
  readonly variants: readonly string[];
  /** For each variant that does not run: the features that the processor lacks. */
  readonly lacking: Readonly<Record<string, readonly CpuFeature[]>>;
}

/** What the gate sees of a bundle. */
export interface BundleReport {
  readonly directory: string;
  readonly name?: string;
  readonly version?: string;
  readonly digest?: string;
  readonly compiler?: { readonly name: string; readonly version: string };
  /** Revision of the sources in their version control. */
  readonly sourceRevision?: string;
  /** Path of the bill of materials in the bundle. */
  readonly sbom?: string;
  readonly files: readonly FileReport[];
  readonly processors: readonly ProcessorReport[];
  readonly problems: readonly Problem[];
}

export function bundleReport({ directory, manifest, elfFiles, problems }: BundleInspection): BundleReport {
  return {
    directory,
    name: manifest?.name,
    version: manifest?.version,
    digest: manifest?.digest,
    compiler: manifest?.compiler,
    sourceRevision: manifest?.sourceRevision,
    sbom: manifest?.files.find(({ role }) => role === 'sbom')?.path,
    files: elfFiles.map(fileReport),
    processors: elfFiles.length > 0 ? GravitonProcessor.ALL.map((each) => processorReport(each, elfFiles)) : [],
    problems,
  };
}

function fileReport(inspected: InspectedFile): FileReport {
  const { file, abi, codeBytes, hasMappingSymbols, neededLibraries, glibc, uses, vectorLength } = inspected;
  return {
    path: file.path,
    role: file.role,
    machine: 'aarch64',
    abi,
    codeBytes,
    codeIsToldFromData: hasMappingSymbols,
    neededLibraries,
    glibc,
    requires: file.requires ?? [],
    guards: file.guards ?? [],
    flags: file.flags,
    features: uses,
    leastVectorBits: vectorLength?.leastVectorBits,
  };
}

function processorReport(processor: GravitonProcessor, files: readonly InspectedFile[]): ProcessorReport {
  const available = withImplied(processor.features);
  const common = files.filter(({ file }) => file.role !== 'variant').flatMap(needsOf);
  const variants = files.filter(({ file }) => file.role === 'variant');
  // Files of one variant belong together: it runs where all of them run.
  const lacking = new Map(variants.map(({ file }) => [file.variant!, new Set<CpuFeature>()]));
  for (const variant of variants) {
    const missing = [...common, ...needsOf(variant)].filter((feature) => !available.has(feature));
    missing.forEach((feature) => lacking.get(variant.file.variant!)!.add(feature));
  }
  const verdicts = [...lacking].map(([name, missing]) => [name, [...missing]] as const);
  return {
    processor: processor.displayName,
    variants: verdicts.filter(([, missing]) => missing.length === 0).map(([name]) => name),
    lacking: Object.fromEntries(verdicts.filter(([, missing]) => missing.length > 0)),
  };
}

/** What a file declares and what was found in it: of a bad bundle the verdict shall be the true one. */
function needsOf({ file, uses }: InspectedFile): CpuFeature[] {
  const guarded = withImplied(file.guards ?? []);
  return [...(file.requires ?? []), ...uses.map(({ feature }) => feature).filter((feature) => !guarded.has(feature))];
}

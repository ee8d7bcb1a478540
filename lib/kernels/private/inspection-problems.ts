import { CpuFeature } from '../../catalog/cpu-feature';
import { GravitonProcessor } from '../../catalog/graviton-processor';
import { Problem } from '../../validation/problem';
import { withImplied } from '../isa/feature-implications';
import { describeUse, FeatureUse } from '../isa/feature-use';
import { MANIFEST_FILE } from '../manifest/bundle-manifest';
import { compareVersions } from './glibc-version';
import { InspectedFile } from './inspected-file';

/** Everything that an ELF file needs beyond what its bundle declares and its base image has. */
export function inspectionProblems(inspected: InspectedFile, glibcVersion: string): Problem[] {
  return [
    ...undeclaredUses(inspected).map((use) => featureProblem(inspected, use)),
    ...glibcProblems(inspected, glibcVersion),
  ];
}

/**
 * The features that a file's code needs and nothing allows. A variant may need what it requires. The dispatcher, the
 * self-test and other ELF files run before any choice of a variant, on every instance: they may need what the oldest
 * Graviton of the catalog has, and what they require themselves.
 */
export function undeclaredUses({ file, uses }: InspectedFile): FeatureUse[] {
  const floor = file.role === 'variant' ? [] : GravitonProcessor.GRAVITON2.features;
  const allowed = withImplied([...floor, ...(file.requires ?? []), ...(file.guards ?? [])]);
  return uses.filter(({ feature }) => !allowed.has(feature));
}

function featureProblem(inspected: InspectedFile, use: FeatureUse): Problem {
  const { file } = inspected;
  const declared = file.requires?.length ? file.requires.join(', ') : 'nothing';
  return {
    what: file.path,
    got: `code that needs ${use.feature}: ${describeUse(use)}, ${use.count} in all`,
    allowed:
      file.role === 'variant'
        ? `what the variant ${file.variant} requires (${declared}) and every Arm64 CPU has`
        : `what every Graviton from the second on has, for a ${file.role} runs on all of them (it requires ${declared})`,
    fix: fixes(use.feature, inspected).join('; or '),
  };
}

function fixes(feature: CpuFeature, { file, hasMappingSymbols }: InspectedFile): string[] {
  const ways = [
    `compile it without ${feature} (an -mcpu or -march that lacks it)`,
    `add "${feature}" to requires of ${file.path} in ${MANIFEST_FILE}, so that it is kept from CPUs without it`,
    `add it to guards there if the code asks the CPU (getauxval) before each use`,
  ];
  return hasMappingSymbols
    ? ways
    : [
        ...ways,
        'if data lies among the code, keep .symtab: the file is stripped, so that data cannot be told from code',
      ];
}

function glibcProblems({ file, glibc }: InspectedFile, available: string): Problem[] {
  if (glibc === undefined || compareVersions(glibc, available) <= 0) {
    return [];
  }
  return [
    {
      what: file.path,
      got: `symbols of glibc ${glibc}`,
      allowed: `glibc ${available} at most, which the base image has`,
      fix: 'build it on the base image or an older system, or give glibcVersion if your base image has a newer one',
    },
  ];
}

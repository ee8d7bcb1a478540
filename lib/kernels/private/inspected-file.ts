import { Problem } from '../../validation/problem';
import { VersionNeed } from '../elf/elf-dynamic';
import { readElf } from '../elf/elf-file';
import { FeatureUse } from '../isa/feature-use';
import { findFeatureUses } from '../isa/find-feature-uses';
import { findVectorLengthUse, VectorLengthUse } from '../isa/vector-length-use';
import { BundleFile } from '../manifest/bundle-manifest';
import { newestGlibc } from './glibc-version';

/** What an ELF file of a bundle declares, and what was found in it. */
export interface InspectedFile {
  readonly file: BundleFile;
  /** The operating system ABI. */
  readonly abi: string;
  /** Bytes of instructions that were decoded. */
  readonly codeBytes: number;
  /** Whether the file tells code from data (mapping symbols); without that, data among the code is read as code. */
  readonly hasMappingSymbols: boolean;
  readonly neededLibraries: readonly string[];
  readonly versionNeeds: readonly VersionNeed[];
  /** The newest glibc whose symbols the file needs, for example `2.34`; undefined when it needs none. */
  readonly glibc?: string;
  /** CPU features that its instructions need, by the place of the first use. */
  readonly uses: readonly FeatureUse[];
  /** The predicate that needs the longest SVE vectors, if they must be longer than 128 bits. */
  readonly vectorLength?: VectorLengthUse;
}

/** Reads an ELF file for Arm64 and decodes its instructions. */
export function inspectElf(
  file: BundleFile,
  content: Buffer,
): { readonly inspection?: InspectedFile; readonly problem?: Problem } {
  const { file: elf, malformed } = readElf(content);
  if (elf === undefined) {
    const allowed = 'a 64-bit little-endian ELF file for Arm64 Linux';
    return {
      problem: { what: file.path, got: malformed!, allowed, fix: 'rebuild the file: it is damaged or cut short' },
    };
  }
  return {
    inspection: {
      file,
      abi: elf.abi,
      codeBytes: elf.code.reduce((sum, { size }) => sum + size, 0),
      hasMappingSymbols: elf.symbols.mapping.length > 0,
      neededLibraries: elf.neededLibraries,
      versionNeeds: elf.versionNeeds,
      glibc: newestGlibc(elf.versionNeeds),
      uses: findFeatureUses(elf),
      vectorLength: findVectorLengthUse(elf),
    },
  };
}

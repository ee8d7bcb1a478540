import * as fs from 'node:fs';
import * as path from 'node:path';
import { CpuFeature } from '../../catalog/cpu-feature';
import { Problem } from '../../validation/problem';
import { ElfMachine, readElfMachine } from '../elf/elf-header';
import { sha256 } from './bundle-files';
import { AMAZON_LINUX_2023_GLIBC } from './glibc-version';
import { InspectedFile, inspectElf } from './inspected-file';
import { inspectionProblems } from './inspection-problems';

/** A shared object that is no variant is loaded on every instance. */
const VARIANT = /^libgraviton_kernels_(\w+)\.so$/;

/** What was found in a directory of shared objects that has no manifest. */
export interface InspectedObjects {
  readonly elfFiles: readonly InspectedFile[];
  readonly problems: readonly Problem[];
}

/**
 * Decodes the shared objects of a directory. What a variant requires is what its code needs: no manifest could say less.
 */
export function inspectObjects(directory: string): InspectedObjects {
  const elfFiles: InspectedFile[] = [];
  const problems: Problem[] = [];
  for (const name of fs.readdirSync(directory).sort()) {
    const bytes = fs.readFileSync(path.join(directory, name));
    const machine = readElfMachine(bytes);
    if (machine === undefined) {
      continue;
    }
    const { inspection, problem } =
      machine === ElfMachine.AARCH64 ? inspectObject(name, bytes) : foreign(name, machine);
    problems.push(...(problem ? [problem] : []));
    if (inspection !== undefined) {
      elfFiles.push(inspection);
      problems.push(...inspectionProblems(inspection, AMAZON_LINUX_2023_GLIBC));
    }
  }
  return { elfFiles, problems };
}

function foreign(what: string, machine: string): { inspection?: InspectedFile; problem?: Problem } {
  const fix = 'build it for Arm64: npm run build';
  return { problem: { what, got: `an ELF file for ${machine}`, allowed: 'ELF files for aarch64', fix } };
}

function inspectObject(name: string, bytes: Buffer): { inspection?: InspectedFile; problem?: Problem } {
  const variant = VARIANT.exec(name)?.[1];
  const file = { path: name, role: variant ? 'variant' : 'dispatcher', variant, sha256: sha256(bytes) } as const;
  const { inspection, problem } = inspectElf(file, bytes);
  if (inspection === undefined || variant === undefined) {
    return { inspection, problem };
  }
  const requires: CpuFeature[] = inspection.uses.map(({ feature }) => feature);
  return { inspection: { ...inspection, file: { ...file, requires } } };
}

import * as fs from 'node:fs';
import * as path from 'node:path';
import { ElfMachine, readElfMachine } from '../elf/elf-header';
import { CheckedFiles, checkMachine, sha256 } from './bundle-files';
import { AMAZON_LINUX_2023_GLIBC } from './glibc-version';
import { inspectElf } from './inspected-file';
import { inspectionProblems } from './inspection-problems';

/** A shared object that is no variant is loaded on every instance. */
const VARIANT = /^libgraviton_kernels_(\w+)\.so$/;

/**
 * Decodes the shared objects of a directory that has no manifest. What a variant requires is what its code needs: no
 * manifest could say less.
 */
export function inspectObjects(directory: string): CheckedFiles {
  const names = fs.readdirSync(directory).sort();
  const checked = names.map((name) => inspectObject(name, fs.readFileSync(path.join(directory, name))));
  return {
    elfFiles: checked.flatMap(({ elfFiles }) => elfFiles),
    problems: checked.flatMap(({ problems }) => problems),
  };
}

function inspectObject(name: string, bytes: Buffer): CheckedFiles {
  const machine = readElfMachine(bytes);
  if (machine === undefined) {
    return { elfFiles: [], problems: [] };
  }
  const variant = VARIANT.exec(name)?.[1];
  const file = { path: name, role: variant ? 'variant' : 'dispatcher', variant, sha256: sha256(bytes) } as const;
  if (machine !== ElfMachine.AARCH64) {
    const fix = 'build it for Arm64: npm run build';
    return { elfFiles: [], problems: checkMachine(file, machine).map((problem) => ({ ...problem, fix })) };
  }
  const { inspection, problem } = inspectElf(file, bytes);
  if (inspection === undefined) {
    return { elfFiles: [], problems: problem ? [problem] : [] };
  }
  const requires = inspection.uses.map(({ feature }) => feature);
  const object = variant === undefined ? inspection : { ...inspection, file: { ...file, requires } };
  return { elfFiles: [object], problems: inspectionProblems(object, AMAZON_LINUX_2023_GLIBC) };
}

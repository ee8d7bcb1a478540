import * as path from 'node:path';
import { FileRole } from '../../kernels/manifest/bundle-manifest';
import { BundleRecipe } from './bundle-recipe';
import { ruleFor } from './path-rules';

/** A file of a bundle in the making. */
export interface CandidateFile {
  readonly path: string;
  readonly isElf: boolean;
}

const SHARED_OBJECT = /\.so(\.[\w.]+)?$/;
const LICENCE = /^(licen[cs]e|copying|notice)/i;

/**
 * What a file is for: what the recipe says, else what its name and kind tell. Undefined for a program of which nothing
 * tells whether it is the self-test.
 */
export function roleOf(file: CandidateFile, recipe: BundleRecipe, programs: readonly string[]): FileRole | undefined {
  if (file.path === recipe.selfTest) {
    return 'selftest';
  }
  if (recipe.dispatchers.includes(file.path)) {
    return 'dispatcher';
  }
  if (file.path === recipe.sbom) {
    return 'sbom';
  }
  const isNamed = recipe.variants.some(({ path: named }) => named === file.path);
  if (isNamed || (file.isElf && isVariant(file.path, recipe))) {
    return 'variant';
  }
  if (file.isElf) {
    return recipe.selfTest === undefined && programs.length === 1 ? 'selftest' : undefined;
  }
  return LICENCE.test(path.posix.basename(file.path)) ? 'licence' : 'document';
}

/** ELF files that no option names and that are no shared objects: one alone is the self-test. */
export function unnamedPrograms(files: readonly CandidateFile[], recipe: BundleRecipe): string[] {
  return files
    .filter((file) => file.isElf && !isVariant(file.path, recipe) && !recipe.dispatchers.includes(file.path))
    .map((file) => file.path);
}

/** A variant's name, after its file: `matmul_sve` for `lib/libmatmul-sve.so.1`. */
export function variantName(file: string): string {
  return path.posix
    .basename(file)
    .replace(SHARED_OBJECT, '')
    .replace(/^lib(?=.)/, '')
    .replace(/\W/g, '_');
}

function isVariant(file: string, { variants }: BundleRecipe): boolean {
  return ruleFor(variants, file) !== undefined || SHARED_OBJECT.test(file);
}

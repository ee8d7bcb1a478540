import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { buildKernelBundle, BUNDLE_DIRECTORY, ManifestFile, readManifest } from '../../scripts/kernels/kernel-build';

/** LLVM's names of the features that the manifest names by HWCAP. */
const LLVM_FEATURES: Record<string, string> = { asimddp: 'dotprod', i8mm: 'i8mm', bf16: 'bf16' };

/** glibc of Amazon Linux 2023. */
const NEWEST_GLIBC = [2, 34];

beforeAll(() => {
  buildKernelBundle();
}, 180_000);

function llvm(tool: string, args: string[]): string {
  const result = spawnSync(`${tool}-19`, args, { encoding: 'utf8', maxBuffer: 1 << 26 });
  if (result.error) {
    throw new Error(`'${tool}-19' did not start. Install it (Debian, Ubuntu: apt-get install llvm-19).`);
  }
  if (result.status !== 0) {
    throw new Error(`${tool}-19 ${args.join(' ')} failed: ${result.stderr}`);
  }
  return result.stdout;
}

function elfFiles(): ManifestFile[] {
  return readManifest().files.filter((file) => file.machine !== undefined);
}

function variantFile(variant: string): ManifestFile {
  const found = elfFiles().find((file) => file.variant === variant);
  if (!found) {
    throw new Error(`the bundle has no object of ${variant}`);
  }
  return found;
}

function unknownInstructions(file: ManifestFile, cpu: string[]): number {
  const listing = llvm('llvm-objdump', ['-d', ...cpu, join(BUNDLE_DIRECTORY, file.path)]);
  expect(listing.split('\n').length).toBeGreaterThan(100);
  return listing.split('<unknown>').length - 1;
}

/** Armv8.0 with NEON, and nothing more than these features. */
function exactly(features: readonly string[]): string[] {
  const mattr = features.map((feature) => `+${LLVM_FEATURES[feature]}`).join(',');
  return ['--mcpu=generic', ...(mattr ? [`--mattr=${mattr}`] : [])];
}

describe('instructions', () => {
  test('no ELF file holds an instruction beyond the features it requires', () => {
    const counts = elfFiles().map((file) => [file.path, unknownInstructions(file, exactly(file.requires ?? []))]);
    expect(counts).toHaveLength(5);
    expect(counts.filter(([, unknown]) => unknown !== 0)).toEqual([]);
  });

  test('the audit sees what it looks for: each feature missing shows', () => {
    expect(unknownInstructions(variantFile('neon_dotprod'), exactly([]))).toBeGreaterThan(0);
    expect(unknownInstructions(variantFile('neon_i8mm_bf16'), exactly(['asimddp']))).toBeGreaterThan(0);
    expect(unknownInstructions(variantFile('neon_i8mm_bf16'), ['--mcpu=neoverse-n1'])).toBeGreaterThan(0);
  });

  test('the variants use the instructions that they are named after', () => {
    const listing = (variant: string) =>
      llvm('llvm-objdump', ['-d', '--mattr=+all', join(BUNDLE_DIRECTORY, variantFile(variant).path)]);
    expect(listing('neon_dotprod')).toMatch(/\tsdot\t/);
    expect(listing('neon_i8mm_bf16')).toMatch(/\tsmmla\t/);
    expect(listing('scalar')).not.toMatch(/\t(sdot|smmla)\t/);
  });
});

describe('symbols', () => {
  test('a variant calls no libc and exports its table alone', () => {
    const variants = elfFiles().filter(({ role }) => role === 'variant');
    expect(variants).toHaveLength(3);
    for (const file of variants) {
      const path = join(BUNDLE_DIRECTORY, file.path);
      expect(llvm('llvm-nm', ['-D', '-u', path]).trim()).toBe('');
      const exported = llvm('llvm-nm', ['-D', '--defined-only', '-j', path]).trim().split('\n');
      expect(exported).toEqual([`gk_ops_${file.variant}`]);
      expect(llvm('llvm-readelf', ['-d', path])).not.toContain('(NEEDED)');
    }
  });

  test('no file needs a glibc newer than Amazon Linux 2023 has', () => {
    const versions = elfFiles().flatMap((file) => {
      const text = llvm('llvm-readelf', ['-V', join(BUNDLE_DIRECTORY, file.path)]);
      return [...text.matchAll(/GLIBC_(\d+)\.(\d+)/g)].map(([, major, minor]) => [Number(major), Number(minor)]);
    });
    expect(versions.length).toBeGreaterThan(0);
    const newer = versions.filter(
      ([major, minor]) => major > NEWEST_GLIBC[0] || (major === NEWEST_GLIBC[0] && minor > NEWEST_GLIBC[1]),
    );
    expect(newer).toEqual([]);
  });

  test('kernel names follow the grammar of kernels/README.md', () => {
    const op =
      '(pack|quant|rmsnormquant|expand|gemm|gemv|skinny|rmsnorm|softmax|swiglu|ropehalves|ropepairs|' +
      'kv|kvappend|attend|attendpart|attendmerge)';
    const operand = '(f32|bf16(p8)?|q?i8[rcsb]?(p8)?|gk4p16)';
    for (const file of elfFiles().filter(({ role }) => role === 'variant')) {
      const symbols = llvm('llvm-nm', ['-j', join(BUNDLE_DIRECTORY, file.path)])
        .trim()
        .split('\n');
      const kernels = symbols.filter((name) => name.endsWith(`_${file.variant}`) && !name.startsWith('gk_ops_'));
      const grammar = new RegExp(
        `^gk_(${op}_${operand}_${operand}(_${operand})?|${op}_(step|size|offset)_${operand})_${file.variant}$`,
      );
      expect(kernels).toHaveLength(53);
      expect(kernels.filter((name) => !grammar.test(name))).toEqual([]);
    }
  });

  test('the stack of no file is executable, and no file names a build directory', () => {
    for (const file of elfFiles()) {
      const path = join(BUNDLE_DIRECTORY, file.path);
      expect(llvm('llvm-readelf', ['-lW', path])).toMatch(/GNU_STACK .* RW /);
      expect(llvm('llvm-strings', ['-a', path])).not.toContain(join(__dirname, '../..'));
    }
  });
});

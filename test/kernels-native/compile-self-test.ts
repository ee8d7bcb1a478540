import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const MATRIX_KERNEL = join(__dirname, 'matrix-kernel.c');

/**
 * Compiles a self-test for the given target. It needs no library.
 *
 * @param source file of C; a program of vectorised loops that checks itself, unless another is given
 */
export function compileSelfTest(flags: readonly string[], source = MATRIX_KERNEL): Buffer {
  const scratch = mkdtempSync(join(tmpdir(), 'matrix-kernel-'));
  try {
    const program = join(scratch, 'program');
    // Without the outlined atomics the target's own are used, and the program needs no compiler library.
    const common = [
      '--target=aarch64-linux-gnu',
      '-O3',
      '-ffreestanding',
      '-nostdlib',
      '-static',
      '-mno-outline-atomics',
    ];
    const args = [...common, '-fuse-ld=lld', '-Wall', '-Werror', ...flags, source, '-o', program];
    const result = spawnSync('clang-19', args, { encoding: 'utf8' });
    if (result.error) {
      throw new Error("'clang-19' did not start. Install it (Debian, Ubuntu: apt-get install clang-19 lld-19).");
    }
    if (result.status !== 0) {
      throw new Error(`clang-19 ${flags.join(' ')} failed: ${result.stderr}`);
    }
    return readFileSync(program);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}
